#pragma once
// Requests that were refused, for the audit log. No transaction carries these, so they wait in memory for the
// moment that writing the ones before takes, and are written together. Bounded: an attacker fills neither the
// memory nor the disk; what was left out is counted and stands in the log as a number. Used on the thread of
// the event loop.

#include "audit/action_table.hpp"
#include "core/actor.hpp"
#include "core/task.hpp"
#include "core/tenant_handle.hpp"
#include "db/database.hpp"
#include "telemetry/metrics.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace kidevent::audit {

class denied_attempts {
public:
    // Both must outlive it.
    denied_attempts(db::database& with, telemetry::metrics& counts) : database_(with), counts_(counts) {}
    denied_attempts(const denied_attempts&) = delete;
    denied_attempts& operator=(const denied_attempts&) = delete;

    // Of the request that this thread works for. Waits for nothing and does not fail: what cannot be written
    // is said in our own log. `what` is an action of the class denied; `subject` and `details` as in
    // audit_log.
    void note(const tenant_handle& at, const actor& by, action what, std::string subject,
              boost::json::object details);
    // Writes the numbers of those that were left out; once a second.
    void flush();

    // True when everything is written, or was given up.
    bool is_idle() const noexcept { return !writing_ && waiting_.empty() && left_out_.empty(); }

    // Attempts that wait, and organisations of which numbers wait, at most.
    static constexpr std::size_t waiting_max = 1000;

private:
    struct attempt {
        tenant_handle at;
        std::string by;
        std::string_view acts_as;
        action what;
        std::string subject;
        std::string request_id;
        std::string network;
        std::string details; // JSON
    };
    struct left_out {
        tenant_handle at;
        std::int64_t count;
    };
    struct kept {
        tenant_id of;
        std::int64_t count;
    };
    bool takes_one_more(tenant_id of);
    void leave_out(const tenant_handle& at);
    void begin_writing();
    task<> write_all();
    task<> write(tenant_handle at, std::vector<attempt> these, std::int64_t count_only);

    db::database& database_;
    telemetry::metrics& counts_;
    std::vector<attempt> waiting_;
    std::vector<left_out> left_out_;
    std::chrono::steady_clock::time_point minute_{};
    std::vector<kept> kept_; // since minute_, by this worker
    bool writing_ = false;
};

} // namespace kidevent::audit
