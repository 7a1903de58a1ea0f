#include "telemetry/metric_slots.hpp"

#include <stdexcept>

namespace kidevent::telemetry {

namespace {
constexpr std::uint64_t layout_mark = 0x4b45'4d45'5452'0001; // counts up with every change of the layout
} // namespace

struct alignas(64) metric_slots::head {
    std::uint64_t mark;
    std::uint64_t slot_bytes;
    std::uint64_t slots;
};

metric_slots::metric_slots(std::size_t slots)
    : region_(
        std::make_shared<shared_region>("kidevent-metrics", sizeof(head) + slots * sizeof(metric_slot))) {
    layout() = {layout_mark, sizeof(metric_slot), slots};
}

metric_slots::metric_slots(std::shared_ptr<shared_region> made) : region_(std::move(made)) {
    const bool fits = region_->bytes().size() >= sizeof(head) && layout().mark == layout_mark
                      && layout().slot_bytes == sizeof(metric_slot);
    if (!fits)
        throw std::runtime_error("the master is of another version: restart it instead of reloading it");
}

std::size_t metric_slots::size() const noexcept { return layout().slots; }

metric_slots::head& metric_slots::layout() const noexcept {
    return *reinterpret_cast<head*>(region_->bytes().data());
}

metric_slot& metric_slots::at(std::size_t slot) const {
    if (slot >= size()) throw std::out_of_range("there is no such slot of metrics");
    std::byte* const first = region_->bytes().data() + sizeof(head);
    return reinterpret_cast<metric_slot*>(first)[slot];
}

} // namespace kidevent::telemetry
