#pragma once
// Cuts a connection off at its deadline, whatever the thread that uses it waits for there: a peer that sends
// a byte now and then would outlast every timeout of a single read, in a TLS handshake too.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace kidevent::http_client {

class cut_off {
public:
    // The descriptor of a connected socket, which must stay open for as long as this lives.
    cut_off(int descriptor, std::chrono::steady_clock::time_point at);
    ~cut_off();
    cut_off(const cut_off&) = delete;
    cut_off& operator=(const cut_off&) = delete;

    bool has_happened() const;

private:
    void wait(std::chrono::steady_clock::time_point at);

    int descriptor_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool is_over_ = false;
    bool has_happened_ = false;
    std::thread waiting_; // last: it uses the rest
};

} // namespace kidevent::http_client
