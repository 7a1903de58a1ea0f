#pragma once
// Adds up the slots of all workers when somebody asks. What a worker counted is kept when its slot is given
// up, so that counters never go back. Used by the master of the workers; in a process of its own by whoever
// wants its metrics.

#include "telemetry/metric_slots.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace kidevent::telemetry {

// One series, added up over all workers.
struct metric_reading {
    metric_kind kind = metric_kind::gauge;
    double value = 0;                                                // of a counter or gauge
    std::array<std::uint64_t, duration_bounds.size() + 1> buckets{}; // of a histogram, not cumulated
    double sum = 0;                                                  // of a histogram, in seconds
};

// "name\x1flabel=value" -> what it stands at.
using metric_readings = std::map<std::string, metric_reading>;

// Adds to a series of a metric that the master keeps. `values` in the order of the table's labels.
void add_reading(metric_readings& to, metric_id of, const std::vector<std::string>& values, double amount);

class metric_collector {
public:
    explicit metric_collector(const metric_slots& from) : slots_(from) {}

    // A worker is about to use the slot: it is emptied. Throws std::out_of_range.
    void open(std::size_t slot);
    // Counts the slot in as it is: its worker is at work already.
    void watch(std::size_t slot) { open_.insert(slot); }
    // Its worker is dead: what it counted is kept, its gauges end.
    void close(std::size_t slot);

    // Everything that was counted, and the gauges of the slots that are open.
    metric_readings read() const;
    // The tenants with the most requests, at most `count`, the busiest first.
    std::vector<tenant_count> list_tenants(std::size_t count) const;

private:
    const metric_slots& slots_;
    std::set<std::size_t> open_;
    metric_readings kept_;
    std::map<std::string, std::uint64_t> kept_tenants_; // above kept_smallest_
    std::uint64_t kept_smallest_ = 0;
    std::uint64_t left_out_ = 0;
};

} // namespace kidevent::telemetry
