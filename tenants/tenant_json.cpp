#include "tenant_json.hpp"

#include "core/time_text.hpp"

#include <boost/json/parse.hpp>

namespace kidevent::cli {
namespace {

boost::json::value instant(const std::optional<timestamp>& when) {
    if (!when) return nullptr;
    std::string text;
    append_rfc3339(text, *when);
    return boost::json::string{text};
}

boost::json::value text(const std::optional<std::string>& value) {
    if (!value) return nullptr;
    return boost::json::string{*value};
}

} // namespace

boost::json::object tenant_json(const tenancy::tenant_record& of, const tenancy::tenant_resolver& hosts) {
    const tenancy::tenant_descriptor& told = of.descriptor;
    return {{"slug", told.slug},
            {"name", told.name},
            {"state", of.suspended_at ? "suspended" : "active"},
            {"origin", hosts.origin_of(told.slug)},
            {"time_zone", told.time_zone},
            {"locale", told.locale},
            {"currency", told.currency},
            {"plan", told.plan},
            {"owner_email", told.owner_email},
            {"branding", boost::json::parse(told.branding)},
            {"id", to_string(of.id.value)},
            {"version", of.version},
            {"created_at", instant(of.created_at)},
            {"suspended_at", instant(of.suspended_at)},
            {"suspended_by", text(of.suspended_by)},
            {"suspended_reason", text(of.suspended_reason)}};
}

} // namespace kidevent::cli
