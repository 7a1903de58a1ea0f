#include "outbox/redis_stream_sink.hpp"

namespace kidevent::outbox {

namespace {

using redis::reply;

// The cache may give up on Redis within a tenth of a second; a batch of events has the time that it takes.
redis_settings settings_of_sink(redis_settings with, std::int64_t batch_max) {
    with.command_timeout = with.events_timeout;
    with.commands_in_flight_max = batch_max + 2; // MULTI and EXEC
    return with;
}

// What EXEC says: an answer for each command.
send_outcome outcome_of(const std::optional<reply>& told, std::size_t events) {
    if (!told) return {0, "Redis does not answer"};
    if (told->is == reply::kind::error) return {0, told->text};
    if (told->is != reply::kind::array || told->items.size() != events)
        return {0, "Redis gives another answer than that to XADD"};
    for (std::size_t i = 0; i < events; ++i)
        if (told->items[i].is != reply::kind::bulk) return {i, told->items[i].text};
    return {events};
}

} // namespace

redis_stream_sink::redis_stream_sink(boost::asio::io_context& loop, const redis_settings& with,
                                     std::int64_t batch_max, origin_of origins)
    : with_(settings_of_sink(with, batch_max)), origins_(std::move(origins)), client_(loop, with_) {}

task<send_outcome> redis_stream_sink::send(std::span<const published_event> events,
                                           std::chrono::steady_clock::time_point until) {
    if (!std::exchange(started_, true)) client_.start();
    auto arriving = client_.when_up();
    const auto arrived = co_await arriving;
    if (!arrived) co_return send_outcome{0, "Redis is away"};
    // Once it was sent nobody can take it back: it must not come to that when somebody else may have begun.
    if (std::chrono::steady_clock::now() + with_.events_timeout >= until) co_return send_outcome{0};
    std::vector<std::vector<std::string>> commands;
    commands.reserve(events.size());
    for (const published_event& each : events)
        commands.push_back(make_command(each));
    auto adding = client_.transaction(commands);
    const auto told = co_await adding;
    co_return outcome_of(told, events.size());
}

std::vector<std::string> redis_stream_sink::make_command(const published_event& of) const {
    return {"XADD",
            with_.events_stream,
            "MAXLEN",
            "~",
            std::to_string(with_.events_kept),
            "*",
            "event",
            to_cloud_event(of, origins_(of.slug))};
}

} // namespace kidevent::outbox
