#pragma once
// The metrics of the whole installation on this machine: what the workers count in shared memory, and what
// only the master sees. What a worker counted is kept when it dies. Owned by the supervisor.

#include "fastcgi/traffic.hpp"
#include "telemetry/metric_collector.hpp"

#include <kidevent/settings.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kidevent::host {

struct seat_status;

class master_metrics {
public:
    master_metrics();
    master_metrics(const master_metrics&) = delete;
    master_metrics& operator=(const master_metrics&) = delete;

    // Of the memory that workers inherit.
    int descriptor() const noexcept { return slots_.region()->descriptor(); }

    // A worker of this slot is about to start; a worker has ended, having used this much processor time.
    void open(std::size_t slot) { collector_.open(slot); }
    void close(std::size_t slot, const std::string& pool, const fastcgi::traffic& counted,
               double cpu_seconds);

    void count_death(const std::string& pool) { ++deaths_[pool]; }
    void count_reload(bool succeeded);
    // All workers of a start are ready.
    void deployed();

    // /metrics, in Prometheus' text format.
    std::string text(const std::vector<seat_status>& seats, const fastcgi_settings& with) const;

private:
    static constexpr std::size_t counters = 6;
    using ended_traffic = std::array<std::uint64_t, counters>;

    void add_traffic(telemetry::metric_readings& to, const std::vector<seat_status>& seats) const;
    void add_workers(telemetry::metric_readings& to, const std::vector<seat_status>& seats) const;
    void add_processes(telemetry::metric_readings& to, const std::vector<seat_status>& seats) const;

    telemetry::metric_slots slots_;
    telemetry::metric_collector collector_;
    std::map<std::string, ended_traffic> traffic_; // of workers that ended, by pool
    std::map<std::string, double> cpu_seconds_;    // the same
    std::map<std::string, std::uint64_t> deaths_;
    std::uint64_t reloads_succeeded_ = 0;
    std::uint64_t reloads_failed_ = 0;
    double deployed_at_ = 0; // seconds since 1970; 0 before the first time
};

} // namespace kidevent::host
