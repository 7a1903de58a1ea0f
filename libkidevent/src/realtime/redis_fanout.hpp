#pragma once
// Tells all workers through Redis that events were published, in place of PostgreSQL's notifications
// (realtime.fanout: redis). What is told is where to look, never an event: whatever gets lost here is found
// by position. Built by services.

#include "core/task.hpp"
#include "redis/client.hpp"
#include "redis/subscriber.hpp"

#include <kidevent/settings.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace kidevent::realtime {

class redis_fanout {
public:
    // All must outlive it. Does nothing unless realtime.fanout is redis.
    redis_fanout(boost::asio::io_context& loop, const settings& with, redis::client& through);

    bool is_wanted() const noexcept { return wanted_; }
    void start();
    void stop() noexcept;

    // Tells every worker of the installation, this one included. False: Redis has not taken it, so that
    // somebody else has to tell.
    task<bool> announce(std::string announcement);

    // Somebody announced something; "" when announcements may have been missed. See
    // outbox::parse_announcement.
    std::function<void(std::string_view announcement)> on_announced;
    // Every second while Redis is away, and now and then while it is there: time to look without being told.
    std::function<void()> on_silence;

private:
    void tick_later();

    bool wanted_;
    std::string channel_;
    redis::client& client_;
    redis::subscriber heard_;
    boost::asio::steady_timer timer_;
    int ticks_ = 0; // since somebody looked without being told
};

} // namespace kidevent::realtime
