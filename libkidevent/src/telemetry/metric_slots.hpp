#pragma once
// How metrics lie in shared memory: one slot for each worker process, which is a list of series that each say
// what they are. So a master understands the workers of another version, whose table of metrics differs.
// Written by metrics, read by metric_collector.

#include "telemetry/metric_table.hpp"
#include "telemetry/tenant_sketch.hpp"

#include <kidevent/shared_region.hpp>

#include <memory>
#include <span>

namespace kidevent::telemetry {

struct alignas(64) metric_series {
    static constexpr std::size_t text_bytes = 248;
    using cell = std::atomic<std::uint64_t>;
    static_assert(cell::is_always_lock_free, "cells are shared between processes");

    // A counter and a gauge use the first. A histogram: its buckets, the last one without a bound, and the
    // sum in nanoseconds.
    std::array<cell, duration_bounds.size() + 2> cells;
    metric_kind kind;
    // "name\x1flabel=value\x1flabel=value", ending with a zero byte. Written before the series is counted.
    std::array<char, text_bytes> text;
};

struct metric_slot {
    static constexpr std::size_t series_max = 1024;

    std::atomic<std::uint32_t> series_count;
    std::atomic<std::uint32_t> series_left_out; // found no room
    tenant_sketch tenants;
    std::array<metric_series, series_max> series;
};

class metric_slots {
public:
    static constexpr std::size_t slots_max = 512; // as many as the scoreboard of the workers has

    // New memory. Pages that nobody writes to cost nothing. Throws std::system_error.
    explicit metric_slots(std::size_t slots);
    // The memory that another process made. Throws std::runtime_error when its layout is another one.
    explicit metric_slots(std::shared_ptr<shared_region> made);

    const std::shared_ptr<shared_region>& region() const noexcept { return region_; }
    std::size_t size() const noexcept;
    // Throws std::out_of_range.
    metric_slot& at(std::size_t slot) const;

private:
    struct head;
    head& layout() const noexcept;

    std::shared_ptr<shared_region> region_;
};

} // namespace kidevent::telemetry
