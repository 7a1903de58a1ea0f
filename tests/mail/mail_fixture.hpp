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
    explicit loop_watch(boost::asio::io_context& loop) : seen_(std::make_shared<sight>(loop)) { wait(seen_); }
    std::chrono::milliseconds longest() const { return seen_->longest; }
    int beats() const { return seen_->beats; }

private:
    struct sight {
        explicit sight(boost::asio::io_context& loop) : timer(loop) {}
        boost::asio::steady_timer timer;
        std::chrono::milliseconds longest{0};
        int beats = 0;
    };

    // A beat that is due already comes even when the watch has ended.
    static void wait(const std::shared_ptr<sight>& seen) {
        const auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds{5};
        seen->timer.expires_at(due);
        seen->timer.async_wait([left = std::weak_ptr{seen}, due](const boost::system::error_code& failed) {
            const auto still = left.lock();
            if (failed || !still) return;
            ++still->beats;
            still->longest = std::max(still->longest, std::chrono::duration_cast<std::chrono::milliseconds>(
                                                          std::chrono::steady_clock::now() - due));
            wait(still);
        });
    }

    std::shared_ptr<sight> seen_;
};

} // namespace kidevent::tests
