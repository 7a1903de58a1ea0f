#include "telemetry/metric_table.hpp"

namespace kidevent::telemetry {

namespace {

constexpr std::string_view introduction = R"(# Metrics

This file is written by `kidevent metrics reference`; a test compares the two.

The master answers `GET /metrics` in Prometheus' text format on its status socket
(`fastcgi.status_socket`), and on `fastcgi.metrics_address` when that is set. nginx does not pass it on. Each
worker counts in a slot of memory that it shares with the master; the master adds the slots up when it is
asked. What a worker counted survives it: counters never go back while the master lives.

Durations have the buckets that OpenTelemetry advises, from 5 ms to 10 s. No label holds a person, a path or
a process id; `tenant` appears for the busiest organisations only. An organisation's count is an upper bound,
too high by at most 1/128 of a worker's requests.

| Metric | Kind | Unit | Labels | Meaning |
|---|---|---|---|---|
)";

std::string labels_of(const metric& of) {
    std::string text;
    std::string_view rest = of.labels;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(' '), rest.size());
        text += text.empty() ? "`" : ", `";
        text += rest.substr(0, end);
        text += "`";
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (of.values.empty()) return text;
    text += " (";
    for (std::size_t i = 0; i < value_count(of.values); ++i) {
        if (i > 0) text += ", ";
        text += value_at(of.values, i);
    }
    return text + ")";
}

} // namespace

std::string_view value_at(std::string_view values, std::size_t position) noexcept {
    for (; position > 0; --position)
        values.remove_prefix(std::min(values.find(' '), values.size() - 1) + 1);
    return values.substr(0, values.find(' '));
}

std::string_view unit_of(const metric& of) noexcept {
    if (of.name.find("_seconds") != of.name.npos) return "seconds";
    if (of.name.ends_with("_bytes")) return "bytes";
    return "1";
}

std::string_view to_text(metric_kind of) noexcept {
    switch (of) {
    case metric_kind::counter: return "counter";
    case metric_kind::gauge:
    case metric_kind::shared_gauge: return "gauge";
    case metric_kind::histogram: return "histogram";
    }
    return "";
}

std::string metrics_reference() {
    std::string text{introduction};
    for (const metric& each : metric_table) {
        text += "| `" + std::string{each.name} + "` | ";
        text += to_text(each.kind);
        text += " | " + std::string{unit_of(each)} + " | " + labels_of(each) + " | ";
        text += each.meaning;
        text += " |\n";
    }
    return text;
}

} // namespace kidevent::telemetry
