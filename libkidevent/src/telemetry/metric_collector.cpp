#include "telemetry/metric_collector.hpp"

#include <algorithm>
#include <cstring>

namespace kidevent::telemetry {

namespace {

constexpr std::size_t kept_tenants_max = 1024;

bool is_gauge(metric_kind kind) { return kind == metric_kind::gauge || kind == metric_kind::shared_gauge; }

void add_series(metric_readings& to, const metric_series& from) {
    const std::string name{from.text.data(), ::strnlen(from.text.data(), from.text.size())};
    metric_reading& sum = to[name];
    sum.kind = from.kind;
    if (from.kind != metric_kind::histogram) {
        const auto value = static_cast<double>(from.cells[0].load(std::memory_order_relaxed));
        sum.value = from.kind == metric_kind::shared_gauge ? std::max(sum.value, value) : sum.value + value;
        return;
    }
    for (std::size_t i = 0; i < sum.buckets.size(); ++i)
        sum.buckets[i] += from.cells[i].load(std::memory_order_relaxed);
    sum.sum += static_cast<double>(from.cells.back().load(std::memory_order_relaxed)) * 1e-9;
}

std::size_t series_of(const metric_slot& slot) {
    return std::min<std::size_t>(slot.series_count.load(std::memory_order_acquire), slot.series_max);
}

} // namespace

void add_reading(metric_readings& to, metric_id of, const std::vector<std::string>& values, double amount) {
    std::string name{of->name};
    std::string_view names = of->labels;
    for (const std::string& value : values) {
        name += "\x1f" + std::string{names.substr(0, names.find(' '))} + "=" + value;
        names.remove_prefix(std::min(names.find(' '), names.size() - 1) + 1);
    }
    metric_reading& sum = to[name];
    sum.kind = of->kind;
    sum.value += amount;
}

void metric_collector::open(std::size_t slot) {
    metric_slot& used = slots_.at(slot);
    // Only what was written to: the rest has no memory yet.
    std::memset(static_cast<void*>(used.series.data()), 0, series_of(used) * sizeof(metric_series));
    std::memset(static_cast<void*>(&used), 0, offsetof(metric_slot, series));
    watch(slot);
}

void metric_collector::close(std::size_t slot) {
    if (open_.erase(slot) == 0) return;
    const metric_slot& used = slots_.at(slot);
    for (std::size_t i = 0; i < series_of(used); ++i)
        if (!is_gauge(used.series[i].kind)) add_series(kept_, used.series[i]);
    left_out_ += used.series_left_out;
    const auto tenants = telemetry::read(used.tenants);
    kept_smallest_ += tenants.smallest;
    for (const tenant_count& each : tenants.counts)
        kept_tenants_[each.slug] += each.count - tenants.smallest;
    while (kept_tenants_.size() > kept_tenants_max)
        kept_tenants_.erase(
            std::min_element(kept_tenants_.begin(), kept_tenants_.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; }));
}

metric_readings metric_collector::read() const {
    metric_readings all = kept_;
    std::uint64_t left_out = left_out_;
    for (const std::size_t slot : open_) {
        const metric_slot& used = slots_.at(slot);
        for (std::size_t i = 0; i < series_of(used); ++i)
            add_series(all, used.series[i]);
        left_out += used.series_left_out;
    }
    add_reading(all, metric_named("kidevent_metric_series_left_out_total"), {},
                static_cast<double>(left_out));
    add_reading(all, metric_named("kidevent_build_info"), {KIDEVENT_VERSION}, 1);
    return all;
}

// A tenant that a full sketch does not list may have had the smallest count there: adding that keeps the sum
// an upper bound that never goes back.
std::vector<tenant_count> metric_collector::list_tenants(std::size_t count) const {
    std::map<std::string, std::uint64_t> above = kept_tenants_;
    std::uint64_t smallest = kept_smallest_;
    for (const std::size_t slot : open_) {
        const auto tenants = telemetry::read(slots_.at(slot).tenants);
        smallest += tenants.smallest;
        for (const tenant_count& each : tenants.counts)
            above[each.slug] += each.count - tenants.smallest;
    }
    std::vector<tenant_count> all;
    for (const auto& [slug, amount] : above)
        all.push_back({slug, amount + smallest});
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    if (all.size() > count) all.resize(count);
    return all;
}

} // namespace kidevent::telemetry
