#pragma once
// What is kept of each request beyond its answer: counts, a line in the log, spans, a report of a fault.
// Used by services only, on the thread of the event loop.

#include "core/spans.hpp"
#include "db/db_error.hpp"
#include "http/request_limits.hpp"
#include "routes.hpp"
#include "telemetry/error_report.hpp"
#include "telemetry/metric_collector.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/otlp.hpp"
#include "telemetry/report_sender.hpp"

#include <kidevent/request.hpp>
#include <kidevent/response.hpp>
#include <kidevent/settings.hpp>

namespace kidevent {

// One request from its arrival to its answer.
struct request_record {
    uuid id;
    std::string request_id; // the id as text
    telemetry::trace_context trace;
    std::string_view method;                // a constant; "_OTHER" for methods that nobody defined
    std::string_view route;                 // the template; "" until one matched
    std::string_view operation;             // operationId; "" for what is no route of the API
    std::string tenant;                     // slug; "" outside of tenants
    std::vector<header> headers;            // that the answer gets, whatever it turns out to be
    std::vector<http::limit_state> counted; // of whom it was counted; the answer's headers tell
    timestamp began_at;
    request_span::clock::time_point began;
    request_spans spans; // kept only when a trace or the log of slow requests may want them

    void matched(const kidevent::route& of) noexcept {
        route = of.path;
        operation = of.operation;
    }
};

class request_accounting {
public:
    // `slot` is where the counts are kept. Both must outlive it. Throws std::runtime_error when
    // telemetry.sentry_dsn is no DSN.
    request_accounting(const settings& with, telemetry::metrics& counts, std::size_t slot);

    std::shared_ptr<request_record> begin(const request& incoming);
    // Once, when the answer leaves.
    void end(request_record& of, const response& made);

    void count_database_error(db::db_error::kind kind) noexcept;
    // Our own fault: to the receiver of error reports, a few per minute at most.
    void report_fault(const request_record& of, const std::exception& failed, std::string_view sqlstate = {});

    // Hands finished traces to their exporter; once a second.
    void publish();
    // The metrics of this process.
    std::string exposition() const;

private:
    struct series_key {
        const char* route;
        const char* method;
        int status;
        bool operator==(const series_key&) const = default;
    };
    struct series_hash {
        std::size_t operator()(const series_key& of) const noexcept;
    };

    telemetry::metric_series& duration_series(const request_record& of, int status);
    void log_request(const request_record& of, int status, std::chrono::nanoseconds took) const;
    void log_slow(const request_record& of, int status, std::chrono::nanoseconds took) const;
    void keep_trace(const request_record& of, int status, std::chrono::nanoseconds took);
    void export_traces();

    const settings& with_;
    telemetry::metrics& counts_;
    telemetry::metric_collector collector_;
    std::unordered_map<series_key, telemetry::metric_series*, series_hash> durations_;
    std::uint64_t active_ = 0;
    std::optional<telemetry::sentry_target> sentry_;
    std::chrono::steady_clock::time_point reports_since_{};
    int reports_made_ = 0; // since reports_since_
    std::vector<telemetry::finished_request> finished_;
    telemetry::report_sender::tally spans_;
    telemetry::report_sender::tally reports_;
    std::uint64_t reports_limited_ = 0;
    telemetry::report_sender sender_; // the last one: its thread writes to the tallies
};

} // namespace kidevent
