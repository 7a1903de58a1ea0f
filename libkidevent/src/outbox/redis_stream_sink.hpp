#pragma once
// Adds the events to a stream in Redis (redis.events_stream), for consumers of an installation that read with
// XREAD or consumer groups. One stream for all organisations: one order, that of publication. Built by
// services; see docs/sinks.md.

#include "outbox/event_sink.hpp"
#include "redis/client.hpp"

#include <kidevent/settings.hpp>

namespace boost::asio {
class io_context;
}

namespace kidevent::outbox {

class redis_stream_sink final : public event_sink {
public:
    // The source of a tenant's events by its slug; of the installation's by "".
    using origin_of = std::function<std::string(const std::string& slug)>;

    // The loop must outlive it. Connects with the first events. `batch_max` is that of the relay.
    redis_stream_sink(boost::asio::io_context& loop, const redis_settings& with, std::int64_t batch_max,
                      origin_of origins);

    const std::string& name() const noexcept override { return name_; }
    // All of them are added in one transaction of Redis, or none: what is sent again after an error begins
    // with the same event as before, so the first occurrences of events stay in their order.
    task<send_outcome> send(std::span<const published_event> events,
                            std::chrono::steady_clock::time_point until) override;
    void give_up() noexcept override { client_.close(); }

private:
    std::vector<std::string> make_command(const published_event& of) const;

    const std::string name_ = "redis stream";
    redis_settings with_; // of a connection of its own, with more time than the cache has
    origin_of origins_;
    redis::client client_;
    bool started_ = false;
};

} // namespace kidevent::outbox
