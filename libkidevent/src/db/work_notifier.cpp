#include "db/work_notifier.hpp"

#include "db/db_error.hpp"

#include <utility>

namespace kidevent::db {

namespace {

const query notify_work{"router.notify_work", "select tenancy.notify_work($1)", connection_role::router};

} // namespace

work_notifier::work_notifier(boost::asio::io_context& loop, database& with,
                             std::chrono::milliseconds interval)
    : database_(with), interval_(interval), timer_(loop) {}

void work_notifier::notify(work_set left) {
    left_ |= left;
    if (is_busy_ || stopped_ || left_.is_empty()) return;
    is_busy_ = true;
    detach(send());
}

void work_notifier::stop() noexcept {
    stopped_ = true;
    timer_.cancel();
}

task<> work_notifier::send() {
    try {
        auto hint = std::make_shared<batch>();
        hint->statements.push_back({&notify_work, params{std::exchange(left_, work_set{}).number()}, {}});
        auto sent = database_.run_on_router(std::move(hint));
        co_await sent;
    } catch (const db_error&) {
        // Those who were meant look by themselves.
    }
    if (!stopped_) wait();
}

void work_notifier::wait() {
    timer_.expires_after(interval_);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        is_busy_ = false;
        notify({});
    });
}

} // namespace kidevent::db
