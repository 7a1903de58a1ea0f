#pragma once
// An HTTP server on 127.0.0.1 that takes POSTs and keeps them, for what the platform sends out. For tests
// only.

#include <kidevent/request.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kidevent::tests {

class post_receiver {
public:
    // Every POST is answered with this status.
    explicit post_receiver(int status = 200);
    ~post_receiver();
    post_receiver(const post_receiver&) = delete;
    post_receiver& operator=(const post_receiver&) = delete;

    std::string url(const std::string& path) const;
    // "KEY@127.0.0.1:PORT"
    std::string address() const;
    // Method, target, headers and body of everything that has come, in order.
    std::vector<request> received() const;

private:
    void serve();
    void answer(int connection);

    int status_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::vector<request> received_;
    std::thread thread_;
};

} // namespace kidevent::tests
