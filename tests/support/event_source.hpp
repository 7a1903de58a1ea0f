#pragma once
// A client of a stream of changes, through nginx: sees bytes as they come and remembers the last id as a
// browser does. For tests only.

#include <kidevent/request.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace kidevent::tests {

struct event_source_options {
    std::uint16_t port;
    std::string host;
    std::string topics;
    std::vector<header> headers{};
    int receive_buffer_bytes = 0; // of the socket; 0: as the system likes
};

class event_source {
public:
    // Connects and asks. Throws std::runtime_error when nobody listens.
    explicit event_source(event_source_options with);
    ~event_source();
    event_source(event_source&& other) noexcept;
    event_source& operator=(event_source&&) = delete;

    // Asks again, for what came after last_id().
    void reconnect();

    // Reads what comes until the condition holds; false after the limit.
    bool wait_for(const std::function<bool()>& condition, std::chrono::milliseconds limit);
    // Waits until all of this was received.
    bool hears(const std::string& part, std::chrono::milliseconds limit = std::chrono::seconds{1});

    int status() const;
    const std::string& last_id() const noexcept { return last_id_; }
    // The data of every event of that type, over all connections.
    std::vector<std::string> data_of(const std::string& type) const;
    std::size_t count_of(const std::string& type) const;

    std::string received; // on this connection, head included
    bool ended = false;

private:
    void read_once(std::chrono::milliseconds limit);
    void take_events();

    event_source_options with_;
    int socket_ = -1;
    std::size_t taken_ = 0; // of received
    std::string last_id_;
    std::vector<std::pair<std::string, std::string>> events_; // type, data
};

} // namespace kidevent::tests
