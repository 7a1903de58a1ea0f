#include "notifications/notification_operations.hpp"

#include "notifications/notification_queue.hpp"

namespace kidevent::notifications {

task<std::vector<notification>> list_notifications(db::database& with, tenant_handle at, log_filter wanted,
                                                   int limit) {
    db::tenant_batch batch{with, at};
    const auto found = add_list_notifications(batch, wanted, std::nullopt, limit);
    auto running = batch.run();
    co_await running;
    co_return read_notifications(found.rows());
}

task<result<notification>> find_notification(db::database& with, tenant_handle at, notification_id id) {
    db::tenant_batch batch{with, at};
    const auto found = add_find_notification(batch, id);
    auto running = batch.run();
    co_await running;
    if (found.rows().empty()) co_return refuse(errc::not_found);
    co_return read_notifications(found.rows()).front();
}

task<std::vector<notification_count>> count_notifications(db::database& with, tenant_handle at) {
    db::tenant_batch batch{with, at};
    const auto found = add_count_notifications(batch);
    auto running = batch.run();
    co_await running;
    std::vector<notification_count> read;
    for (const db::row from : found.rows())
        read.push_back({from.get<std::string>(0), from.get<std::string>(1), from.get<std::int64_t>(2)});
    co_return read;
}

task<result<notification_id>> retry_notification(db::database& with, tenant_handle at, notification_id id,
                                                 timestamp now) {
    auto beginning = db::tenant_transaction::begin(with, at);
    auto transaction = co_await beginning;
    const auto queued = add_requeue(transaction, id, now);
    auto running = transaction.run();
    co_await running;
    const bool is_there = !queued.rows().empty();
    if (is_there)
        add_sending(transaction, id, find_channel(queued.rows().front().get<std::string_view>(0)).value(),
                    now);
    auto committing = transaction.commit();
    co_await committing;
    if (!is_there) co_return refuse(errc::not_found);
    co_return id;
}

task<std::vector<suppressed_address>> list_suppressed(db::database& with, tenant_handle at, int limit) {
    db::tenant_batch batch{with, at};
    const auto found = add_list_suppressed(batch, std::nullopt, limit);
    auto running = batch.run();
    co_await running;
    co_return read_suppressed(found.rows());
}

task<> suppress_address(db::database& with, tenant_handle at, channel by, std::string address,
                        std::string why) {
    auto beginning = db::tenant_transaction::begin(with, at);
    auto transaction = co_await beginning;
    add_suppress(transaction, by, address, suppression_reason::manual, why);
    auto committing = transaction.commit();
    co_await committing;
}

task<result<suppression_id>> unsuppress_address(db::database& with, tenant_handle at, channel by,
                                                std::string address) {
    auto beginning = db::tenant_transaction::begin(with, at);
    auto transaction = co_await beginning;
    const auto gone = add_unsuppress(transaction, by, address);
    auto committing = transaction.commit();
    co_await committing;
    if (gone.rows().empty()) co_return refuse(errc::not_found);
    co_return gone.rows().front().get<suppression_id>(0);
}

task<bool> record_bounce(db::database& with, tenant_handle at, bounce_report report,
                         const notification_settings& settings) {
    auto beginning = db::tenant_transaction::begin(with, at);
    auto transaction = co_await beginning;
    const std::string why = report.detail.empty() ? report.status : report.detail;
    const auto marked = add_mark_bounced(transaction, report.id, why);
    auto running = transaction.run();
    co_await running;
    const bool is_there = !marked.rows().empty();
    if (is_there) {
        const auto address = marked.rows().front().get<std::string>(0);
        const auto most = bounces_until_suppressed(fault_of(report.status), settings);
        if (report.why == suppression_reason::complaint)
            add_suppress(transaction, channel::email, address, report.why, why);
        else if (most > 0)
            add_bounce(transaction, channel::email, address, why, most);
    }
    auto committing = transaction.commit();
    co_await committing;
    co_return is_there;
}

} // namespace kidevent::notifications
