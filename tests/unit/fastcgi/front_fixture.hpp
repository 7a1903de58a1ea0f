#pragma once
// A real fastcgi::server on its own event loop with a scripted application, and peers that talk to
// it over socketpairs. The loop runs only inside run_until, on the test's thread.

#include "fastcgi/server.hpp"
#include "records.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace kidevent::fastcgi::test {

class peer {
public:
    explicit peer(int descriptor) : descriptor_(descriptor) {}
    peer(peer&& other) noexcept
        : received(std::move(other.received)),
          closed(other.closed),
          descriptor_(std::exchange(other.descriptor_, -1)) {}
    peer& operator=(peer&&) = delete;
    ~peer() { hang_up(); }

    void send(const std::string& bytes) const {
        if (::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT)
            != static_cast<ssize_t>(bytes.size()))
            throw std::runtime_error("the socket did not take it all");
    }
    void half_close() const { ::shutdown(descriptor_, SHUT_WR); }
    void hang_up() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }
    // Takes what is there without waiting, at most `bytes_max`.
    void take(std::size_t bytes_max = 1 << 20) {
        std::string buffer(bytes_max, '\0');
        const auto count = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0)
            received.append(buffer, 0, static_cast<std::size_t>(count));
        else if (count == 0 || (errno != EAGAIN && errno != EINTR))
            closed = true;
    }

    std::string received;
    bool closed = false; // the server closed its side

private:
    int descriptor_;
};

struct held_request {
    request value;
    std::function<void(response)> respond;
};

inline response text_response(std::string body, int status = 200) {
    response answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "text/plain"}};
    answer.body = std::move(body);
    return answer;
}

class front_fixture {
public:
    front_fixture() {
        settings.limits.decoding.requests_max = 8;
        settings.limits.decoding.body_bytes_max = 1 << 20;
        settings.limits.read_timeout = std::chrono::milliseconds(2000);
        settings.limits.write_timeout = std::chrono::milliseconds(2000);
        settings.drain_timeout = std::chrono::milliseconds(2000);
        // Unless a test says otherwise, an answer repeats what was asked.
        handle = [](request asked, auto respond) {
            respond(text_response(asked.method + " " + asked.target + " " + asked.body));
        };
    }

    server& front() {
        if (!server_) {
            server_.emplace(
                loop, settings,
                [this](request asked, std::function<void(response)> respond) {
                    ++calls;
                    handle(std::move(asked), std::move(respond));
                },
                counters);
        }
        return *server_;
    }

    peer connect() {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::runtime_error("socketpair");
        front().adopt(ends[0]);
        return peer(ends[1]);
    }

    // Keeps requests for the test to answer.
    void hold_requests() {
        handle = [this](request asked, auto respond) {
            held.push_back({std::move(asked), std::move(respond)});
        };
    }

    // Runs the loop until `condition`; false when that took longer than 5 s.
    bool run_until(const std::function<bool()>& condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            loop.restart();
            loop.run_one_for(std::chrono::milliseconds(2));
        }
        return true;
    }
    bool run_until_ended(peer& one, int id) {
        return run_until([&] {
            one.take();
            return !end_of(one.received, id).empty();
        });
    }
    bool run_until_closed(peer& one) {
        return run_until([&] {
            one.take();
            return one.closed;
        });
    }
    void run_for(std::chrono::milliseconds time) {
        const auto deadline = std::chrono::steady_clock::now() + time;
        while (std::chrono::steady_clock::now() < deadline) {
            loop.restart();
            loop.run_one_for(std::chrono::milliseconds(1));
        }
    }

    boost::asio::io_context loop;
    server_settings settings;
    traffic counters;
    application handle;
    std::vector<held_request> held;
    int calls = 0;

private:
    std::optional<server> server_;
};

} // namespace kidevent::fastcgi::test
