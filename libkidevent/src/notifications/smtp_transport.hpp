#pragma once
// E-mail by way of a relay. Connections are kept and used again; the work is done on threads of its own,
// because the conversation waits for the relay at every step.

#include "core/worker_threads.hpp"
#include "notifications/transport.hpp"

#include <kidevent/settings.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace kidevent::notifications {

class smtp_connection;

class smtp_transport : public transport {
public:
    // The settings must outlive it; host and from are set. `post_to_loop` brings a function to the loop's
    // thread. Threads and connections come with the first message.
    smtp_transport(const mail_settings& with, worker_threads::post_to_loop post_to_loop);
    // Finishes what is being sent, which may take mail.timeout.
    ~smtp_transport() override;

    // Deferred at once when mail.waiting_max messages wait already.
    task<delivery_report> deliver(outgoing_message what) override;

private:
    using time_point = std::chrono::steady_clock::time_point;

    delivery_report send(const outgoing_message& what, time_point until);
    std::unique_ptr<smtp_connection> connect(time_point until);
    std::unique_ptr<smtp_connection> take_idle();
    void keep(std::unique_ptr<smtp_connection> used);

    const mail_settings& with_;
    worker_threads::post_to_loop post_to_loop_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<smtp_connection>> idle_; // no more than there are threads
    std::optional<worker_threads> threads_;              // last: they use the rest
};

} // namespace kidevent::notifications
