#include "descriptor_fields.hpp"

#include "config/nearest.hpp"
#include "http/schema_set.hpp"
#include "routes.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

namespace kidevent::cli {
namespace {

constexpr std::string_view descriptor_schema = "NewTenant";
constexpr std::string_view branding_schema = "Branding";

void add_nearest(field_error& fault) {
    const auto slash = fault.pointer.rfind('/');
    const std::string name = fault.pointer.substr(slash + 1);
    const auto known = known_fields(slash == 0 ? descriptor_schema : branding_schema);
    if (const auto nearest = config::find_nearest(name, known))
        fault.detail += "; did you mean " + std::string{*nearest} + "?";
}

} // namespace

std::vector<std::string_view> known_fields(std::string_view schema) {
    std::vector<std::string_view> names;
    for (const auto& member : api_schemas().at(schema).at("properties").as_object())
        names.emplace_back(member.key());
    return names;
}

std::vector<field_error> find_schema_faults(std::string_view schema, const boost::json::object& values) {
    static const http::schema_set schemas{api_schemas()};
    return schemas.validate(schema, values);
}

std::vector<field_error> find_descriptor_faults(const boost::json::object& values) {
    auto faults = find_schema_faults(descriptor_schema, values);
    if (faults.empty()) return tenancy::find_faults(to_descriptor(values));
    for (field_error& each : faults)
        if (each.code == "unknown") add_nearest(each);
    return faults;
}

tenancy::tenant_descriptor to_descriptor(const boost::json::object& values) {
    tenancy::tenant_descriptor made;
    const auto take = [&values](std::string_view key, std::string& into) {
        if (const auto* const value = values.if_contains(key))
            into = boost::json::value_to<std::string>(*value);
    };
    take("slug", made.slug);
    take("name", made.name);
    take("time_zone", made.time_zone);
    take("locale", made.locale);
    take("currency", made.currency);
    take("plan", made.plan);
    take("owner_email", made.owner_email);
    if (const auto* const branding = values.if_contains("branding"))
        made.branding = boost::json::serialize(*branding);
    return made;
}

} // namespace kidevent::cli
