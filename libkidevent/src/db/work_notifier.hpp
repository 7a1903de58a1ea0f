#pragma once
// Tells the processes that do background work, on all machines, that a transaction of this one has left some:
// a NOTIFY in a transaction of its own, after the commit. It is a hint: nothing is lost when it is, because
// everybody who hears it also looks by himself now and then. See docs/decisions/0014-hints-of-work.md.

#include "core/task.hpp"
#include "db/database.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace kidevent::db {

class work_notifier {
public:
    // The first hint goes at once; what comes within `interval` after it goes together, as one.
    work_notifier(boost::asio::io_context& loop, database& with, std::chrono::milliseconds interval);

    void notify(work_set left);
    // No hint is sent any more.
    void stop() noexcept;

private:
    task<> send();
    void wait();

    database& database_;
    std::chrono::milliseconds interval_;
    boost::asio::steady_timer timer_;
    work_set left_;
    bool is_busy_ = false; // a hint is under way, or the interval after it
    bool stopped_ = false;
};

} // namespace kidevent::db
