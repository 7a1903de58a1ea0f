#include "master_metrics.hpp"

#include "process_usage.hpp"
#include "seat.hpp"
#include "telemetry/exposition.hpp"

#include <chrono>
#include <sys/resource.h>
#include <unistd.h>

namespace kidevent::host {
namespace {

using fastcgi::traffic;
using telemetry::add_reading;
using telemetry::metric_id;
using telemetry::metric_named;
using telemetry::metric_readings;

struct traffic_counter {
    metric_id metric;
    traffic::counter traffic::*of;
};
constexpr std::array<traffic_counter, 6> traffic_counters{{
    {metric_named("kidevent_fastcgi_connections_accepted_total"), &traffic::connections_accepted},
    {metric_named("kidevent_fastcgi_requests_total"), &traffic::requests_total},
    {metric_named("kidevent_fastcgi_requests_refused_total"), &traffic::requests_refused},
    {metric_named("kidevent_fastcgi_requests_dropped_total"), &traffic::requests_dropped},
    {metric_named("kidevent_fastcgi_protocol_errors_total"), &traffic::protocol_errors},
    {metric_named("kidevent_fastcgi_timeouts_total"), &traffic::timeouts},
}};

const std::string master_pool = "master";

template<class Number> double real(Number from) { return static_cast<double>(from); }

double now_in_seconds() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

double descriptors_max() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? real(limit.rlim_cur) : 0;
}

} // namespace

master_metrics::master_metrics() : slots_(telemetry::metric_slots::slots_max), collector_(slots_) {}

void master_metrics::close(std::size_t slot, const std::string& pool, const traffic& counted,
                           double cpu_seconds) {
    collector_.close(slot);
    auto& ended = traffic_[pool];
    for (std::size_t i = 0; i < counters; ++i)
        ended[i] += (counted.*traffic_counters[i].of).load();
    cpu_seconds_[pool] += cpu_seconds;
}

void master_metrics::count_reload(bool succeeded) {
    ++(succeeded ? reloads_succeeded_ : reloads_failed_);
    if (succeeded) deployed();
}

void master_metrics::deployed() { deployed_at_ = now_in_seconds(); }

std::string master_metrics::text(const std::vector<seat_status>& seats, const fastcgi_settings& with) const {
    metric_readings all = collector_.read();
    const auto tenants = collector_.list_tenants(static_cast<std::size_t>(with.metrics_tenants_max));
    for (const auto& each : tenants)
        add_reading(all, metric_named("kidevent_tenant_requests_total"), {each.slug}, real(each.count));
    add_traffic(all, seats);
    add_workers(all, seats);
    add_processes(all, seats);
    add_reading(all, metric_named("kidevent_reloads_total"), {"succeeded"}, real(reloads_succeeded_));
    add_reading(all, metric_named("kidevent_reloads_total"), {"failed"}, real(reloads_failed_));
    if (deployed_at_ > 0)
        add_reading(all, metric_named("kidevent_last_deployment_timestamp_seconds"), {}, deployed_at_);
    const memory_usage memory = usage_of_memory();
    add_reading(all, metric_named("kidevent_memory_used_bytes"), {}, real(memory.used_bytes));
    add_reading(all, metric_named("kidevent_memory_limit_bytes"), {}, real(memory.limit_bytes));
    return telemetry::exposition_text(all);
}

void master_metrics::add_traffic(metric_readings& to, const std::vector<seat_status>& seats) const {
    for (const auto& [pool, ended] : traffic_)
        for (std::size_t i = 0; i < counters; ++i)
            add_reading(to, traffic_counters[i].metric, {pool}, real(ended[i]));
    for (const seat_status& one : seats) {
        const auto& pool = one.seat.pool;
        if (!one.traffic) continue;
        for (const auto& each : traffic_counters)
            add_reading(to, each.metric, {pool}, real((one.traffic->*each.of).load()));
        const auto active = one.traffic->connections_active.load();
        const auto open = std::max(one.traffic->connections_open.load(), active);
        add_reading(to, metric_named("kidevent_fastcgi_connections"), {pool, "active"}, real(active));
        add_reading(to, metric_named("kidevent_fastcgi_connections"), {pool, "idle"}, real(open - active));
        add_reading(to, metric_named("kidevent_fastcgi_requests_active"), {pool},
                    real(one.traffic->requests_active.load()));
    }
}

void master_metrics::add_workers(metric_readings& to, const std::vector<seat_status>& seats) const {
    for (const seat_status& one : seats) {
        const auto& pool = one.seat.pool;
        for (const char* state : {"starting", "idle", "active", "draining", "dead"})
            add_reading(to, metric_named("kidevent_workers"), {pool, state}, one.state == state ? 1 : 0);
        add_reading(to, metric_named("kidevent_listen_queue_connections"), {pool},
                    real(std::max<std::int64_t>(one.queue, 0)));
        add_reading(to, metric_named("kidevent_worker_deaths_total"), {pool}, 0);
    }
    for (const auto& [pool, count] : deaths_)
        add_reading(to, metric_named("kidevent_worker_deaths_total"), {pool}, real(count));
}

void master_metrics::add_processes(metric_readings& to, const std::vector<seat_status>& seats) const {
    std::map<std::string, double> youngest;
    const auto add = [&](const std::string& pool, pid_t process, std::uint64_t descriptors) {
        const auto usage = usage_of(process);
        if (!usage) return;
        add_reading(to, metric_named("kidevent_process_resident_memory_bytes"), {pool},
                    real(usage->resident_bytes));
        add_reading(to, metric_named("kidevent_process_cpu_seconds_total"), {pool}, usage->cpu_seconds);
        add_reading(to, metric_named("kidevent_process_open_fds"), {pool}, real(descriptors));
        youngest[pool] = std::max(youngest[pool], usage->started_at);
    };
    add(master_pool, ::getpid(), count_own_descriptors());
    for (const seat_status& one : seats)
        if (one.pid > 0) add(one.seat.pool, one.pid, one.traffic ? one.traffic->descriptors_open.load() : 0);
    for (const auto& [pool, seconds] : cpu_seconds_)
        add_reading(to, metric_named("kidevent_process_cpu_seconds_total"), {pool}, seconds);
    for (const auto& [pool, started] : youngest) {
        add_reading(to, metric_named("kidevent_process_start_time_seconds"), {pool}, started);
        add_reading(to, metric_named("kidevent_process_max_fds"), {pool}, descriptors_max());
    }
}

} // namespace kidevent::host
