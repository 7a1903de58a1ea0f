#include "outbox/outbox_operations.hpp"

#include "outbox/outbox.hpp"

#include <algorithm>

namespace kidevent::outbox {

namespace {

using db::connection_role;

const db::query list_all{"outbox.list", R"sql(
    select event_sequence, event_position, id, coalesce(slug, ''), type, subject, data, created_at, published_at
    from platform.list_events($1, $2, $3, $4)
)sql",
                         connection_role::platform};
const db::query read_totals{
    "outbox.stats", "select waiting, oldest_waiting_s, kept, last_position from platform.outbox_stats()",
    connection_role::platform};
const db::query list_sinks{"outbox.list_sinks", R"sql(
    select name, accepted, behind, failures, retry_at, last_error, is_fed from platform.list_sinks()
)sql",
                           connection_role::platform};
const db::query replay{"outbox.replay", "select platform.replay_events($1, $2)", connection_role::platform};

constexpr std::size_t version_length_max = 100;

bool is_version(std::string_view text) {
    return !text.empty() && text.size() <= version_length_max
           && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

} // namespace

task<std::vector<listed_event>> list_events(db::database& with, event_search wanted) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto found =
        transaction.add(list_all, wanted.before, wanted.type, wanted.waiting_only, wanted.limit);
    co_await transaction.commit();
    std::vector<listed_event> listed;
    for (const db::row from : found.rows())
        listed.push_back({from.get<std::int64_t>(0), from.get<std::optional<std::int64_t>>(1),
                          from.get<uuid>(2), from.get<std::string>(3), from.get<std::string>(4),
                          from.get<std::string>(5), from.get<std::string>(6), from.get<timestamp>(7),
                          from.get<std::optional<timestamp>>(8)});
    co_return listed;
}

task<outbox_stats> read_stats(db::database& with) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto totals = transaction.add(read_totals);
    const auto sinks = transaction.add(list_sinks);
    co_await transaction.commit();
    const db::row now = totals.rows().front();
    outbox_stats read{now.get<std::int64_t>(0),
                      now.get<std::int64_t>(1),
                      now.get<std::int64_t>(2),
                      now.get<std::int64_t>(3),
                      {}};
    for (const db::row from : sinks.rows())
        read.sinks.push_back({from.get<std::string>(0), from.get<std::int64_t>(1), from.get<std::int64_t>(2),
                              from.get<int>(3), from.get<std::optional<timestamp>>(4),
                              from.get<std::optional<std::string>>(5), from.get<bool>(6)});
    co_return read;
}

task<result<std::int64_t>> replay_events(db::database& with, std::string sink, std::int64_t from_position) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto done = transaction.add(replay, sink, from_position);
    co_await transaction.commit();
    const auto count = done.rows().front().get<std::optional<std::int64_t>>(0);
    if (!count) co_return refuse(errc::not_found);
    co_return *count;
}

task<result<uuid>> record_deployment(db::database& with, std::string version) {
    if (!is_version(version))
        co_return refuse(errc::invalid_fields, "/version", "bad_format",
                         "must be 1 to 100 visible ASCII characters");
    const uuid id = make_uuid();
    auto transaction = co_await db::platform_transaction::begin(with);
    add_operator_event(
        transaction, std::nullopt,
        {event_kind::deployment_completed, id, {{"deployment_id", to_string(id)}, {"version", version}}});
    co_await transaction.commit();
    co_return id;
}

} // namespace kidevent::outbox
