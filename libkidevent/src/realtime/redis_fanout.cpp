#include "realtime/redis_fanout.hpp"

namespace kidevent::realtime {

namespace {

constexpr std::chrono::seconds tick_length{1};
// A relay that is killed between its commit and its announcement leaves events that nobody was told of.
constexpr int ticks_between_looks = 5;

} // namespace

redis_fanout::redis_fanout(boost::asio::io_context& loop, const settings& with, redis::client& through)
    : wanted_(with.realtime.fanout == "redis"),
      // Channels belong to the whole server, whatever database is selected.
      channel_("kidevent:events:" + with.http.base_domain),
      client_(through),
      heard_(loop, with.redis),
      timer_(loop) {}

void redis_fanout::start() {
    if (!wanted_) return;
    heard_.on_message = [this](std::string_view, std::string_view payload) { on_announced(payload); };
    heard_.on_doubt = [this] { on_announced(""); };
    heard_.subscribe(channel_);
    heard_.start();
    tick_later();
}

void redis_fanout::stop() noexcept {
    timer_.cancel();
    heard_.close();
}

task<bool> redis_fanout::announce(std::string announcement) {
    auto publishing = client_.command({"PUBLISH", channel_, std::move(announcement)});
    const auto answer = co_await publishing;
    co_return answer && answer->is == redis::reply::kind::integer;
}

void redis_fanout::tick_later() {
    timer_.expires_after(tick_length);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        if (!heard_.hears_all() || ++ticks_ >= ticks_between_looks) {
            ticks_ = 0;
            on_silence();
        }
        tick_later();
    });
}

} // namespace kidevent::realtime
