#pragma once
// Counts what this process does, into its slot of shared memory. Counting takes no lock and allocates
// nothing; a metric is named by its row in the table:
// counts.add(metric_named("kidevent_events_published_total")). On the thread of the event loop only. For the
// composition root and the domains.

#include "telemetry/metric_slots.hpp"

#include <chrono>
#include <initializer_list>
#include <vector>

namespace kidevent::telemetry {

class metrics {
public:
    // Without memory it makes its own. Throws std::runtime_error when the memory is of another version.
    metrics(std::shared_ptr<shared_region> shared, std::size_t slot);

    // Of metrics without a label, or with one whose values stand in the table: `value` is the label's; one
    // that is not there counts as the last.
    void add(metric_id of, std::string_view value = "", std::uint64_t amount = 1) noexcept {
        add_to(cell_of(of, value), amount);
    }
    void set(metric_id of, std::string_view value, std::uint64_t now) noexcept {
        cell_of(of, value).store(now, std::memory_order_relaxed);
    }
    void set(metric_id of, std::uint64_t now) noexcept { set(of, "", now); }

    // A series whose label values are not known before: found once, then used. `values` in the order of the
    // table's labels. Beyond metric_slot::series_max all share one that is not read.
    metric_series& series(metric_id of, std::initializer_list<std::string_view> values) noexcept;
    static void observe(metric_series& in, std::chrono::nanoseconds took) noexcept;

    void count_tenant(std::string_view slug) noexcept { tenants_.count(slug); }

    // Where the counts are; for the exposition in a process of its own.
    const metric_slots& slots() const noexcept { return slots_; }

private:
    static void add_to(metric_series::cell& to, std::uint64_t amount) noexcept {
        to.store(to.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    metric_series::cell& cell_of(metric_id of, std::string_view value) noexcept {
        return known_[first_[of.row] + value_position(of->values, value)]->cells[0];
    }

    metric_slots slots_;
    metric_slot& mine_;
    tenant_counter tenants_;
    std::unique_ptr<metric_series> unread_;
    std::vector<metric_series*> known_; // by first_[row] + position of the value
    std::array<std::size_t, metrics_count> first_{};
};

} // namespace kidevent::telemetry
