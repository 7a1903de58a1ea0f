#include "telemetry/metrics.hpp"

#include <algorithm>
#include <cstring>

namespace kidevent::telemetry {

namespace {

// Appends as much as fits in front of the final zero byte.
void append(std::array<char, metric_series::text_bytes>& to, std::size_t& end,
            std::string_view text) noexcept {
    const auto fits = std::min(text.size(), to.size() - 1 - end);
    std::memcpy(to.data() + end, text.data(), fits);
    end += fits;
    to[end] = '\0';
}

} // namespace

metrics::metrics(std::shared_ptr<shared_region> shared, std::size_t slot)
    : slots_(shared ? metric_slots{std::move(shared)} : metric_slots{1}),
      mine_(slots_.at(slot)),
      tenants_(mine_.tenants),
      unread_(std::make_unique<metric_series>()) {
    for (std::size_t row = 0; row < metrics_count; ++row) {
        const metric_id of{row};
        first_[row] = known_.size();
        if (of->writer == kept_by::master || (!of->labels.empty() && of->values.empty())) continue;
        // Known from the start, at zero: a counter that appears with its first event hides it from rate().
        for (std::size_t position = 0; position < value_count(of->values); ++position)
            known_.push_back(of->labels.empty() ? &series(of, {})
                                                : &series(of, {value_at(of->values, position)}));
    }
}

metric_series& metrics::series(metric_id of, std::initializer_list<std::string_view> values) noexcept {
    const auto count = mine_.series_count.load(std::memory_order_relaxed);
    std::array<char, metric_series::text_bytes> text{};
    std::size_t end = 0;
    append(text, end, of->name);
    std::string_view names = of->labels;
    for (const std::string_view value : values) {
        append(text, end, "\x1f");
        append(text, end, names.substr(0, names.find(' ')));
        append(text, end, "=");
        append(text, end, value);
        names.remove_prefix(std::min(names.find(' '), names.size() - 1) + 1);
    }
    for (std::uint32_t i = 0; i < count; ++i)
        if (mine_.series[i].text == text) return mine_.series[i];
    if (count == metric_slot::series_max) {
        mine_.series_left_out.store(mine_.series_left_out + 1, std::memory_order_relaxed);
        return *unread_;
    }
    metric_series& made = mine_.series[count];
    made.kind = of->kind;
    made.text = text;
    mine_.series_count.store(count + 1, std::memory_order_release);
    return made;
}

void metrics::observe(metric_series& in, std::chrono::nanoseconds took) noexcept {
    const double seconds = std::chrono::duration<double>(took).count();
    const auto bucket = static_cast<std::size_t>(
        std::lower_bound(duration_bounds.begin(), duration_bounds.end(), seconds) - duration_bounds.begin());
    add_to(in.cells[bucket], 1);
    add_to(in.cells.back(), static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)));
}

} // namespace kidevent::telemetry
