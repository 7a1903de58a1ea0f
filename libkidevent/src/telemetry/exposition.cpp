#include "telemetry/exposition.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

namespace kidevent::telemetry {

namespace {

prometheus::MetricType type_of(metric_kind kind) {
    switch (kind) {
    case metric_kind::counter: return prometheus::MetricType::Counter;
    case metric_kind::gauge:
    case metric_kind::shared_gauge: return prometheus::MetricType::Gauge;
    case metric_kind::histogram: return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Untyped;
}

std::vector<prometheus::ClientMetric::Label> labels_of(std::string_view series) {
    std::vector<prometheus::ClientMetric::Label> labels;
    for (auto at = series.find('\x1f'); at != series.npos; at = series.find('\x1f')) {
        series.remove_prefix(at + 1);
        const auto one = series.substr(0, series.find('\x1f'));
        const auto equals = one.find('=');
        if (equals == one.npos) continue; // the text had no room for all of it
        labels.push_back({std::string{one.substr(0, equals)}, std::string{one.substr(equals + 1)}});
    }
    return labels;
}

prometheus::ClientMetric client_metric(std::string_view series, const metric_reading& from) {
    prometheus::ClientMetric made;
    made.label = labels_of(series);
    made.counter.value = from.value;
    made.gauge.value = from.value;
    if (from.kind != metric_kind::histogram) return made;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < duration_bounds.size(); ++i) {
        count += from.buckets[i];
        made.histogram.bucket.push_back({count, duration_bounds[i]});
    }
    made.histogram.sample_count = count + from.buckets.back();
    made.histogram.sample_sum = from.sum;
    return made;
}

} // namespace

std::string exposition_text(const metric_readings& from) {
    std::vector<prometheus::MetricFamily> families;
    for (const metric& each : metric_table)
        families.push_back({std::string{each.name}, std::string{each.meaning}, type_of(each.kind), {}});
    for (const auto& [series, reading] : from) {
        const std::string name = series.substr(0, series.find('\x1f'));
        auto family = std::find_if(families.begin(), families.end(),
                                   [&](const prometheus::MetricFamily& one) { return one.name == name; });
        if (family == families.end())
            family = families.insert(family, {name, "of a newer version", type_of(reading.kind), {}});
        family->metric.push_back(client_metric(series, reading));
    }
    std::erase_if(families, [](const prometheus::MetricFamily& one) { return one.metric.empty(); });
    return prometheus::TextSerializer{}.Serialize(families);
}

} // namespace kidevent::telemetry
