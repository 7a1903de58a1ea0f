#pragma once
// A loop, settings and messages for tests that send e-mail.

#include "notifications/smtp_transport.hpp"
#include "support/loop_runner.hpp"
#include "support/mail_server.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace kidevent::tests {

using notifications::delivery_outcome;
using notifications::delivery_report;
using notifications::outgoing_message;

inline outgoing_message make_mail(const std::string& to = "ida@home.example") {
    outgoing_message made;
    made.to = to;
    made.message_id = "<0190-1@kidevent.example>";
    made.subject = "Hello";
    made.text = "Good morning\n";
    return made;
}

inline mail_settings plain_settings(int port) {
    mail_settings made;
    made.host = "127.0.0.1";
    made.port = port;
    made.tls = "none";
    made.from = "events@kidevent.example";
    made.hello_name = "front.kidevent.example";
    made.timeout = std::chrono::milliseconds{5000};
    return made;
}

// A transport and the loop that it comes back to.
class mail_sender {
public:
    explicit mail_sender(mail_settings settings) : with(std::move(settings)), transport_(with, to_loop()) {}

    delivery_report send(outgoing_message what) {
        auto delivering = transport_.deliver(std::move(what));
        return runner.run(std::move(delivering));
    }
    notifications::smtp_transport& transport() { return transport_; }
    worker_threads::post_to_loop to_loop() {
        return [this](std::function<void()> then) { boost::asio::post(runner.loop(), std::move(then)); };
    }

    mail_settings with;
    loop_runner runner;

private:
    notifications::smtp_transport transport_;
};

// How long the loop was kept from a timer of 5 ms at worst, while something else went on.
class loop_watch {
public:
    explicit loop_watch(boost::asio::io_context& loop) : timer_(loop) { wait(); }
    std::chrono::milliseconds longest() const { return longest_; }
    int beats() const { return beats_; }

private:
    void wait() {
        const auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds{5};
        timer_.expires_at(due);
        timer_.async_wait([this, due](const boost::system::error_code& failed) {
            if (failed) return;
            ++beats_;
            longest_ = std::max(longest_, std::chrono::duration_cast<std::chrono::milliseconds>(
                                              std::chrono::steady_clock::now() - due));
            wait();
        });
    }

    boost::asio::steady_timer timer_;
    std::chrono::milliseconds longest_{0};
    int beats_ = 0;
};

} // namespace kidevent::tests
