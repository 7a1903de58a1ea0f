#pragma once
// Every metric in one table. A metric exists once it has a row here: /metrics, docs/metrics.md, the alert
// rules and the dashboards are held against it. Names follow OpenTelemetry where it has one, else they begin
// with kidevent_ (Prometheus conventions: base units, _total for counters).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kidevent::telemetry {

// A shared gauge is what every worker reads at the same place, the depth of a queue for instance: of several
// readings the largest counts, and not their sum.
enum class metric_kind : std::uint32_t { counter, gauge, histogram, shared_gauge };

// Who writes it: each worker into its slot (summed over the workers), or the master when it is asked.
enum class kept_by { worker, master };

struct metric {
    std::string_view name;
    metric_kind kind;
    kept_by writer;
    std::string_view labels; // names, separated by blanks
    std::string_view
        values; // of the one label of a metric that domains count; the last one is for all others
    std::string_view meaning;
};

inline constexpr metric metric_table[] = {
    {"http_server_request_duration_seconds", metric_kind::histogram, kept_by::worker,
     "http_request_method http_route http_response_status_code", "",
     "Time from the complete request to its answer, by route (never by path)"},
    {"http_server_active_requests", metric_kind::gauge, kept_by::worker, "", "", "Requests being answered"},
    {"kidevent_slow_requests_total", metric_kind::counter, kept_by::worker, "", "",
     "Requests that took longer than log.slow_request"},
    {"kidevent_requests_limited_total", metric_kind::counter, kept_by::worker, "", "",
     "Requests refused with 429 because somebody asked too often"},
    {"kidevent_rate_limited_total", metric_kind::counter, kept_by::worker, "policy", "address account tenant",
     "Of these, requests over a limit of rate: of the network address, the account, or the organisation's "
     "plan"},
    {"kidevent_admission_requests_in_flight", metric_kind::gauge, kept_by::worker, "", "",
     "Requests that are worked on (admission.in_flight_max for each worker)"},
    {"kidevent_admission_requests_waiting", metric_kind::gauge, kept_by::worker, "", "",
     "Requests that wait for their turn (admission.waiting_max for each worker)"},
    {"kidevent_admission_admitted_total", metric_kind::counter, kept_by::worker, "", "",
     "Requests that were let in"},
    {"kidevent_admission_refused_total", metric_kind::counter, kept_by::worker, "reason", "overload plan",
     "Requests that were not let in; overload: 503, the queue was full or the wait too long; plan: 429, more "
     "of PostgreSQL's time than the organisation's plan allows"},
    {"kidevent_tenant_requests_total", metric_kind::counter, kept_by::master, "tenant", "",
     "Requests of the organisations with the most of them; an upper bound (fastcgi.metrics_tenants_max)"},

    {"kidevent_db_pool_connections", metric_kind::gauge, kept_by::worker, "state", "idle used",
     "Connections of the app role's pools"},
    {"kidevent_db_pool_waiting_requests", metric_kind::gauge, kept_by::worker, "", "",
     "Requests that wait for a connection of their own"},
    {"kidevent_db_lanes_open", metric_kind::gauge, kept_by::worker, "", "", "Read lanes that are connected"},
    {"kidevent_db_lane_batches", metric_kind::gauge, kept_by::worker, "", "",
     "Batches in flight on the lanes"},
    {"kidevent_db_round_trips_total", metric_kind::counter, kept_by::worker, "", "",
     "Batches sent to PostgreSQL"},
    {"kidevent_db_errors_total", metric_kind::counter, kept_by::worker, "kind",
     "unavailable timeout conflict constraint capability statement",
     "Requests that failed because of PostgreSQL"},

    {"kidevent_cache_lookups_total", metric_kind::counter, kept_by::worker, "result", "hit early miss",
     "Answers and logins looked up in the worker's memory; early: loaded anew before their time was over"},
    {"kidevent_cache_loads_total", metric_kind::counter, kept_by::worker, "", "",
     "What was loaded because memory did not have it"},
    {"kidevent_cache_waits_total", metric_kind::counter, kept_by::worker, "", "",
     "Requests that waited for what another one was loading already"},
    {"kidevent_cache_evictions_total", metric_kind::counter, kept_by::worker, "", "",
     "Entries that left the workers' memory for want of room"},
    {"kidevent_cache_entries", metric_kind::gauge, kept_by::worker, "", "", "Entries in the workers' memory"},
    {"kidevent_cache_bytes", metric_kind::gauge, kept_by::worker, "", "",
     "Size of what workers remember (cache.bytes_max for each)"},
    {"kidevent_cache_redis_lookups_total", metric_kind::counter, kept_by::worker, "result", "hit miss error",
     "Answers looked up in Redis; error: no reply, or something that nobody stored"},
    {"kidevent_streams_open", metric_kind::gauge, kept_by::worker, "", "",
     "Streams of changes that browsers hold open (realtime.streams_max for each worker)"},
    {"kidevent_stream_messages_total", metric_kind::counter, kept_by::worker, "", "",
     "Messages that were handed to streams"},
    {"kidevent_streams_dropped_total", metric_kind::counter, kept_by::worker, "", "",
     "Streams that were ended because their reader was too slow"},
    {"kidevent_redis_connected_workers", metric_kind::gauge, kept_by::worker, "", "",
     "Workers whose connection to Redis is up"},
    {"kidevent_redis_commands_total", metric_kind::counter, kept_by::worker, "", "",
     "Commands for Redis, with those that could not be sent"},
    {"kidevent_redis_failures_total", metric_kind::counter, kept_by::worker, "kind",
     "unsent unanswered refused",
     "Commands that were not sent (Redis is away or too much is in flight), not answered, or refused"},
    {"kidevent_redis_connections_lost_total", metric_kind::counter, kept_by::worker, "", "",
     "Connections to Redis that ended, or were closed on a doubt"},

    {"kidevent_sign_ins_total", metric_kind::counter, kept_by::worker, "result",
     "succeeded failed limited code_wanted other",
     "Attempts to sign in, of accounts and platform admins; code_wanted: the password was right, the second "
     "factor was missing"},
    {"kidevent_api_key_requests_total", metric_kind::counter, kept_by::worker, "result", "accepted refused",
     "Requests with an API key; refused: the key is unknown, revoked or over"},
    {"kidevent_support_requests_total", metric_kind::counter, kept_by::worker, "", "",
     "Requests of platform admins under support sessions"},
    {"kidevent_account_links_total", metric_kind::counter, kept_by::worker, "result", "used refused",
     "Links in messages about accounts that were followed: to the end, or refused as used, too old or "
     "unknown"},
    {"kidevent_account_mails_total", metric_kind::counter, kept_by::worker, "outcome",
     "sent deferred failed suppressed", "Attempts to send messages about accounts, by what came of them"},
    {"kidevent_provider_sign_ins_total", metric_kind::counter, kept_by::worker, "result",
     "succeeded created connected cancelled refused unavailable other",
     "Returns from identity providers; created: with a new account, connected: an account was connected"},
    {"kidevent_accounts_created_total", metric_kind::counter, kept_by::worker, "", "",
     "Guardians who signed up"},
    {"kidevent_password_hashes_waiting", metric_kind::gauge, kept_by::worker, "", "",
     "Sign-ins that wait for a password hash"},
    {"kidevent_registrations_made_total", metric_kind::counter, kept_by::worker, "", "",
     "Children registered for sessions"},
    {"kidevent_registrations_cancelled_total", metric_kind::counter, kept_by::worker, "", "",
     "Registrations cancelled"},
    {"kidevent_registrations_refused_total", metric_kind::counter, kept_by::worker, "reason",
     "session_full event_not_open session_started child_wrong_age already_registered invalid_fields other",
     "Requests to register that were refused; a full session is no error"},
    {"kidevent_sessions_sold_out_total", metric_kind::counter, kept_by::worker, "", "",
     "Times that the last place of a session was taken"},
    {"kidevent_events_published_total", metric_kind::counter, kept_by::worker, "", "",
     "Publications of events"},

    {"kidevent_jobs", metric_kind::shared_gauge, kept_by::worker, "state", "scheduled ready running dead",
     "Jobs in the queue; those of suspended organisations are none of the ready ones"},
    {"kidevent_jobs_oldest_ready_age_seconds", metric_kind::shared_gauge, kept_by::worker, "", "",
     "How long the job that has been ready for longest has waited; 0 when none is ready"},
    {"kidevent_jobs_ended_total", metric_kind::counter, kept_by::worker, "kind result", "",
     "Attempts at jobs by their end: done, failed (tried again), dead, given_back, lost to another process"},

    {"kidevent_notifications_total", metric_kind::counter, kept_by::worker, "channel outcome", "",
     "Attempts to send a message: sent, deferred (tried again), failed, suppressed (not wanted any more)"},
    {"kidevent_notifications_waiting", metric_kind::shared_gauge, kept_by::worker, "", "",
     "Messages that are due and not sent; those of suspended organisations are none of them"},
    {"kidevent_notifications_oldest_waiting_age_seconds", metric_kind::shared_gauge, kept_by::worker, "", "",
     "How long the oldest of them has been due; 0 when there is none"},

    {"kidevent_audit_entries_unsealed", metric_kind::shared_gauge, kept_by::worker, "", "",
     "Entries of the audit log that have no place in their chain yet"},
    {"kidevent_audit_oldest_unsealed_age_seconds", metric_kind::shared_gauge, kept_by::worker, "", "",
     "How long the oldest of them has waited; 0 when there is none"},
    {"kidevent_audit_attempts_left_out_total", metric_kind::counter, kept_by::worker, "", "",
     "Refused attempts that the audit log counts and does not keep (audit.denied_per_minute_max)"},
    {"kidevent_audit_attempts_lost_total", metric_kind::counter, kept_by::worker, "", "",
     "Refused attempts that could not be written to the audit log"},

    {"kidevent_spans_total", metric_kind::counter, kept_by::worker, "result", "exported dropped",
     "Spans given to the exporter; dropped when its queue is full or the receiver does not take them"},
    {"kidevent_error_reports_total", metric_kind::counter, kept_by::worker, "result", "sent limited dropped",
     "Error reports; limited when there are too many of them"},
    {"kidevent_metric_series_left_out_total", metric_kind::counter, kept_by::master, "", "",
     "Series that found no room in a worker's slot"},

    {"kidevent_build_info", metric_kind::gauge, kept_by::master, "version", "", "1; the version that runs"},
    {"kidevent_last_deployment_timestamp_seconds", metric_kind::gauge, kept_by::master, "", "",
     "When all workers of the last start or reload were ready"},
    {"kidevent_reloads_total", metric_kind::counter, kept_by::master, "result", "succeeded failed",
     "Reloads of the workers"},
    {"kidevent_workers", metric_kind::gauge, kept_by::master, "pool state", "", "Worker processes"},
    {"kidevent_worker_deaths_total", metric_kind::counter, kept_by::master, "pool", "",
     "Workers that ended without being asked to"},
    {"kidevent_listen_queue_connections", metric_kind::gauge, kept_by::master, "pool", "",
     "Connections of nginx that wait to be accepted"},
    {"kidevent_fastcgi_connections", metric_kind::gauge, kept_by::master, "pool state", "",
     "Open connections of nginx"},
    {"kidevent_fastcgi_requests_active", metric_kind::gauge, kept_by::master, "pool", "",
     "Requests between their first record and their answer's last"},
    {"kidevent_fastcgi_connections_accepted_total", metric_kind::counter, kept_by::master, "pool", "",
     "Connections accepted"},
    {"kidevent_fastcgi_requests_total", metric_kind::counter, kept_by::master, "pool", "", "Requests begun"},
    {"kidevent_fastcgi_requests_refused_total", metric_kind::counter, kept_by::master, "pool", "",
     "Requests answered by the front itself: too large, malformed, too many"},
    {"kidevent_fastcgi_requests_dropped_total", metric_kind::counter, kept_by::master, "pool", "",
     "Requests that ended without an answer because their input broke off"},
    {"kidevent_fastcgi_protocol_errors_total", metric_kind::counter, kept_by::master, "pool", "",
     "Connections closed because of records that make no sense"},
    {"kidevent_fastcgi_timeouts_total", metric_kind::counter, kept_by::master, "pool", "",
     "Connections closed because the peer stalled"},
    {"kidevent_process_resident_memory_bytes", metric_kind::gauge, kept_by::master, "pool", "",
     "Resident memory of the pool's processes; the pool 'master' is the master"},
    {"kidevent_process_cpu_seconds_total", metric_kind::counter, kept_by::master, "pool", "",
     "Processor time of the pool's processes, also of those that ended"},
    {"kidevent_process_open_fds", metric_kind::gauge, kept_by::master, "pool", "", "Open file descriptors"},
    {"kidevent_process_max_fds", metric_kind::gauge, kept_by::master, "pool", "",
     "The limit of file descriptors of one process"},
    {"kidevent_process_start_time_seconds", metric_kind::gauge, kept_by::master, "pool", "",
     "When the pool's youngest process was started"},
    {"kidevent_memory_used_bytes", metric_kind::gauge, kept_by::master, "", "",
     "Memory in use where the limit applies: the control group, else the machine"},
    {"kidevent_memory_limit_bytes", metric_kind::gauge, kept_by::master, "", "",
     "Limit of the control group's memory, else the machine's memory"},
};

inline constexpr std::size_t metrics_count = std::size(metric_table);

// A row of the table.
struct metric_id {
    std::size_t row;
    constexpr const metric& operator*() const noexcept { return metric_table[row]; }
    constexpr const metric* operator->() const noexcept { return &metric_table[row]; }
};

// The row of that name; a name that is not in the table does not compile.
consteval metric_id metric_named(std::string_view name) {
    for (std::size_t row = 0; row < metrics_count; ++row)
        if (metric_table[row].name == name) return {row};
    throw "there is no metric of this name";
}

// The position of a value in a closed list of values; the last one stands for every other.
constexpr std::size_t value_position(std::string_view values, std::string_view wanted) noexcept {
    std::size_t position = 0;
    for (;;) {
        const auto end = values.find(' ');
        if (end == values.npos || values.substr(0, end) == wanted) return position;
        values.remove_prefix(end + 1);
        ++position;
    }
}
constexpr std::size_t value_count(std::string_view values) noexcept {
    std::size_t count = 1;
    for (const char c : values)
        count += c == ' ' ? 1 : 0;
    return count;
}
// The value at a position that value_position() gave.
std::string_view value_at(std::string_view values, std::size_t position) noexcept;

// "seconds", "bytes" or "1", from the name.
std::string_view unit_of(const metric& of) noexcept;
std::string_view to_text(metric_kind of) noexcept;
// The text of docs/metrics.md.
std::string metrics_reference();

// Upper bounds of a duration's buckets in seconds, as OpenTelemetry advises for HTTP.
inline constexpr std::array<double, 14> duration_bounds{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                                        0.5,   0.75, 1,     2.5,  5,     7.5, 10};

} // namespace kidevent::telemetry
