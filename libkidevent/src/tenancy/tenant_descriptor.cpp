#include "tenancy/tenant_descriptor.hpp"

#include "core/iana_zone.hpp"
#include "core/money.hpp"
#include "http/text_format.hpp"
#include "tenancy/slug.hpp"

#include <algorithm>

namespace kidevent::tenancy {

namespace {

bool is_locale(std::string_view text) {
    return text.size() >= 2 && text.size() <= 35 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
           });
}

} // namespace

std::vector<field_error> find_faults(const tenant_descriptor& of) {
    std::vector<field_error> faults;
    const auto check = [&faults](bool good, const char* pointer, const char* code, const char* detail) {
        if (!good) faults.push_back({pointer, code, detail});
    };
    check(is_slug(of.slug), "/slug", "bad_format",
          "must be 1 to 63 lower-case letters, digits and inner hyphens");
    check(!is_reserved_slug(of.slug), "/slug", "not_allowed", "is reserved for the installation itself");
    check(!of.name.empty() && of.name.size() <= 200, "/name", "too_short", "must have 1 to 200 characters");
    check(find_iana_zone(of.time_zone) != nullptr, "/time_zone", "bad_format",
          "must be an IANA time zone such as Europe/Vienna");
    check(is_locale(of.locale), "/locale", "bad_format", "must be a BCP 47 tag such as de-AT");
    check(is_currency(of.currency), "/currency", "bad_format", "must be an ISO 4217 code such as EUR");
    check(!of.plan.empty() && of.plan.size() <= 60, "/plan", "too_short", "must have 1 to 60 characters");
    check(http::is_email(of.owner_email), "/owner_email", "bad_format", "must be an e-mail address");
    return faults;
}

} // namespace kidevent::tenancy
