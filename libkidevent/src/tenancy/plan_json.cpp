#include "tenancy/plan_json.hpp"

#include "http/json_fields.hpp"

namespace kidevent::tenancy {

void write_plan_members(http::json_writer& out, const plan& of) {
    out.member("description", of.description)
        .member("weight", of.share.weight)
        .member("requests_in_flight_max", of.share.in_flight_max)
        .member("requests_waiting_max", of.share.waiting_max)
        .member("requests_per_second", of.share.requests_per_second)
        .member("requests_burst", of.share.requests_burst)
        .member("database_milliseconds_per_second", of.share.database_milliseconds_per_second);
    out.key("features").begin_array();
    for (const feature_entry& each : all_features())
        if (of.features.has(each.is)) out.value(each.name);
    out.end_array();
}

plan read_plan(const boost::json::value& from, std::string name) {
    plan read;
    read.name = std::move(name);
    read.description = http::text_or(from, "description");
    const auto number = [&from](std::string_view key, int& into) {
        if (const auto found = http::find_integer(from, key)) into = static_cast<int>(*found);
    };
    number("weight", read.share.weight);
    number("requests_in_flight_max", read.share.in_flight_max);
    number("requests_waiting_max", read.share.waiting_max);
    number("requests_per_second", read.share.requests_per_second);
    number("requests_burst", read.share.requests_burst);
    number("database_milliseconds_per_second", read.share.database_milliseconds_per_second);
    if (const auto* features = http::find_member(from, "features"))
        for (const auto& each : features->as_array())
            if (const auto known = find_feature(std::string_view{each.as_string()}))
                read.features.add(*known);
    return read;
}

} // namespace kidevent::tenancy
