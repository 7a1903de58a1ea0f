#pragma once
// Publishes the events that have committed and feeds them to the sinks. Any number of processes may run one:
// one of them publishes at a time, each sink is fed by one at a time, and what a process leaves undone when
// it dies another one takes over, with the same ids. Started by the processes that do background work.

#include "db/database.hpp"
#include "outbox/event_sink.hpp"
#include "outbox/paced_loop.hpp"

#include <kidevent/settings.hpp>

#include <memory>

namespace kidevent::outbox {

// Where feeding a sink stands; for tests that stop a process there.
enum class relay_step { claiming, claimed, sent, accepting, accepted };

class relay {
public:
    // All must outlive it.
    relay(boost::asio::io_context& loop, db::database& with, const outbox_settings& settings);

    // Before start().
    void add_sink(std::shared_ptr<event_sink> fed);
    void start();
    // Events may have been written.
    void wake() { publishing_.wake(); }
    // Events were published, here or elsewhere.
    void wake_sinks();
    // Ends after the batches in hand; is_idle() turns true then.
    void stop();
    bool is_idle() const noexcept;
    // What sinks are about to send ends soon; the loop then lets it go.
    void close() noexcept;
    // After stop() and is_idle(): other processes need not wait for our leases to end.
    task<> release_sinks();

    // One step each: what the loops of start() repeat.
    task<bool> publish();
    task<bool> feed(std::shared_ptr<event_sink> fed);
    task<bool> purge();

    std::function<void(relay_step)> on_step;
    // When it is set, what was published is announced by it and not by PostgreSQL, unless it gives false.
    std::function<task<bool>(std::string announcement)> announce;

private:
    void report(relay_step reached) const {
        if (on_step) on_step(reached);
    }
    task<bool> publish_and_announce();
    task<bool> settle(const event_sink& fed, std::int64_t accepted_upto, const std::string& error);

    boost::asio::io_context& loop_;
    db::database& database_;
    const outbox_settings& settings_;
    uuid self_ = make_uuid();
    std::vector<std::shared_ptr<event_sink>> sinks_;
    paced_loop publishing_;
    paced_loop purging_;
    std::vector<std::unique_ptr<paced_loop>> feeding_;
};

} // namespace kidevent::outbox
