#include "http/origin.hpp"

#include "http/header_field.hpp"

namespace kidevent::http {

bool is_safe_method(std::string_view method) noexcept {
    return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

result<> check_same_origin(const request& incoming, std::string_view canonical_origin) {
    if (is_safe_method(incoming.method)) return {};
    return check_origin(incoming, canonical_origin);
}

result<> check_origin(const request& incoming, std::string_view canonical_origin) {
    const auto origin = find_single_header(incoming, "Origin");
    const auto fetch_site = find_single_header(incoming, "Sec-Fetch-Site");
    if (!origin || !fetch_site) return refuse(errc::cross_site_request);
    if (*origin) {
        if (**origin == canonical_origin) return {};
        return refuse(errc::cross_site_request);
    }
    // "same-site" is a page of another tenant: every subdomain is somebody else's.
    if (*fetch_site && **fetch_site != "same-origin" && **fetch_site != "none")
        return refuse(errc::cross_site_request);
    return {};
}

} // namespace kidevent::http
