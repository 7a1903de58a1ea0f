#pragma once
// A server on 127.0.0.1 that says what a test wrote down, whatever it hears: the first line as soon as
// somebody connects, the next ones for each line that it gets. For what no real server does. For tests only.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kidevent::tests {

class scripted_server {
public:
    // Each is sent as it is, with its line breaks. After the last one it only listens.
    explicit scripted_server(std::vector<std::string> says);
    ~scripted_server();
    scripted_server(const scripted_server&) = delete;
    scripted_server& operator=(const scripted_server&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    // Everything that was said to it, over all connections.
    std::string heard() const;

private:
    void serve();
    void talk(int connection);
    bool hear(int connection, std::string& unread);

    std::vector<std::string> says_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::string heard_;
    std::thread thread_;
};

} // namespace kidevent::tests
