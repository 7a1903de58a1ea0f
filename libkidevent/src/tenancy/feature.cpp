#include "tenancy/feature.hpp"

namespace kidevent::tenancy {

namespace {

constexpr feature_entry table[] = {
    {feature::realtime, "realtime", "Streams of changes to browsers"},
    {feature::webhooks, "webhooks", "Events sent to addresses of the organisation"},
};

} // namespace

std::span<const feature_entry> all_features() { return table; }

std::optional<feature> find_feature(std::string_view name) noexcept {
    for (const feature_entry& each : table)
        if (each.name == name) return each.is;
    return std::nullopt;
}

feature_set feature_set::parse(std::string_view names) {
    feature_set read;
    while (!names.empty()) {
        const auto end = names.find(' ');
        if (const auto known = find_feature(names.substr(0, end))) read.add(*known);
        names.remove_prefix(end == std::string_view::npos ? names.size() : end + 1);
    }
    return read;
}

std::string feature_set::to_text() const {
    std::string text;
    for (const feature_entry& each : table) {
        if (!has(each.is)) continue;
        if (!text.empty()) text += ' ';
        text += each.name;
    }
    return text;
}

} // namespace kidevent::tenancy
