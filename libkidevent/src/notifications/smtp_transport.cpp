#include "notifications/smtp_transport.hpp"

#include "notifications/mail_message.hpp"
#include "notifications/smtp_connection.hpp"

namespace kidevent::notifications {

namespace {

delivery_report rejected(std::string why) { return {delivery_outcome::rejected, 0, std::move(why), ""}; }
delivery_report deferred(std::string why, int code = 0) {
    return {delivery_outcome::deferred, code, std::move(why), ""};
}

} // namespace

smtp_transport::smtp_transport(const mail_settings& with, worker_threads::post_to_loop post_to_loop)
    : with_(with), post_to_loop_(std::move(post_to_loop)) {}

smtp_transport::~smtp_transport() = default;

task<delivery_report> smtp_transport::deliver(outgoing_message what) {
    if (what.from.empty()) what.from = with_.from;
    if (auto fault = mail_fault(what); !fault.empty()) co_return rejected(std::move(fault));
    if (!threads_)
        threads_.emplace("mail", static_cast<std::size_t>(with_.connections_max),
                         static_cast<std::size_t>(with_.waiting_max), post_to_loop_);
    if (!threads_->has_room()) co_return deferred("too many messages wait for the relay");
    // Waiting for a thread counts: whoever asked must not wait longer than the settings say.
    const auto until = std::chrono::steady_clock::now() + with_.timeout;
    auto sending = threads_->run<delivery_report>([this, &what, until] { return send(what, until); });
    co_return co_await sending;
}

delivery_report smtp_transport::send(const outgoing_message& what, time_point until) {
    const std::string content = compose_mail(what, std::chrono::system_clock::now());
    if (content.size() > static_cast<std::size_t>(with_.message_bytes_max))
        return rejected("the message is larger than mail.message_bytes_max");
    if (std::chrono::steady_clock::now() >= until) return deferred("no connection became free in time");
    try {
        auto connection = connect(until);
        auto made = connection->send({what.from, what.to}, content, until);
        if (connection->is_reusable()) keep(std::move(connection));
        return made;
    } catch (const smtp_failure& why) {
        return deferred(why.what(), why.code);
    }
}

std::unique_ptr<smtp_connection> smtp_transport::connect(time_point until) {
    while (auto idle = take_idle()) {
        const bool is_fresh = std::chrono::steady_clock::now() - idle->last_used() < with_.idle_timeout;
        if (is_fresh && idle->is_alive(until)) return idle;
    }
    return std::make_unique<smtp_connection>(with_, until);
}

std::unique_ptr<smtp_connection> smtp_transport::take_idle() {
    const std::lock_guard held{mutex_};
    if (idle_.empty()) return nullptr;
    auto taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
}

void smtp_transport::keep(std::unique_ptr<smtp_connection> used) {
    const std::lock_guard held{mutex_};
    idle_.push_back(std::move(used));
}

} // namespace kidevent::notifications
