#pragma once
// Answers requests that take too long: whatever holds one up, its client hears of it in time. All requests
// have the same time, so they expire in the order in which they came. Used by services only.

#include <kidevent/platform.hpp>

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>

namespace kidevent {

class request_deadlines {
public:
    // Gives the answer to a request that has none when its time is over.
    using make_late_answer = std::function<response(const std::string& request_id)>;

    request_deadlines(boost::asio::io_context& loop, std::chrono::milliseconds limit, make_late_answer late);

    // What to call with the answer instead of `done`: the first call counts, later ones are dropped.
    platform::on_response watch(std::string request_id, platform::on_response done);
    void stop();

    // Called with every look at the clock, ten times a second while there are requests.
    std::function<void()> on_sweep;

private:
    struct pending {
        std::string request_id;
        platform::on_response done;
    };
    struct watched {
        std::chrono::steady_clock::time_point deadline;
        std::shared_ptr<pending> what;
    };
    static void answer(pending& to, response with);
    void sweep_later();
    void sweep();

    std::chrono::milliseconds limit_;
    make_late_answer late_;
    boost::asio::steady_timer timer_;
    std::deque<watched> watched_;
    bool sweeping_ = false;
};

} // namespace kidevent
