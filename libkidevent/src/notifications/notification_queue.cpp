#include "notifications/notification_queue.hpp"

#include "notifications/notification_repository.hpp"

#include <boost/json/parse.hpp>

namespace kidevent::notifications {

void add_sending(db::tenant_transaction& in, notification_id id, channel by, timestamp run_at) {
    const auto kind = by == channel::email ? jobs::job_kind::send_email : jobs::job_kind::send_short_message;
    jobs::add_enqueue(in, {kind, "{\"notification_id\":\"" + to_string(id.value) + "\"}", run_at});
}

std::optional<notification_id> sent_by(const std::string& payload) {
    boost::system::error_code broken;
    const auto read = boost::json::parse(payload, broken);
    if (broken || !read.is_object()) return std::nullopt;
    const auto* const id = read.as_object().if_contains("notification_id");
    if (!id || !id->is_string()) return std::nullopt;
    const auto parsed = parse_uuid(std::string_view{id->as_string()});
    if (!parsed) return std::nullopt;
    return notification_id{*parsed};
}

timestamp earliest_time(notification_kind kind, channel by, const sender_profile& sender, timestamp now) {
    return is_optional(kind, by) ? end_of_quiet(sender.rules.quiet, sender.zone, now) : now;
}

task<int> queue_messages(db::tenant_transaction& in, const std::vector<planned_message>& planned,
                         const sender_profile& sender, timestamp now) {
    struct inserted {
        notification_id id;
        channel by;
        timestamp run_at;
        db::pending_rows row;
    };
    std::vector<inserted> tried;
    for (const planned_message& each : planned) {
        const notification_id id{make_uuid()};
        const auto run_at = earliest_time(each.what.kind, each.by, sender, now);
        tried.push_back({id, each.by, run_at, add_insert_notification(in, id, each, run_at, run_at)});
    }
    if (tried.empty()) co_return 0;
    auto running = in.run();
    co_await running;
    int made = 0;
    for (const inserted& each : tried) {
        if (each.row.rows().empty()) continue;
        add_sending(in, each.id, each.by, each.run_at);
        ++made;
    }
    co_return made;
}

} // namespace kidevent::notifications
