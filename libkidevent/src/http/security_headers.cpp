#include "http/security_headers.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <string>

namespace kidevent::http {

namespace {

constexpr security_header same(std::string_view name, std::string_view value) {
    return {name, value, value, value};
}

constexpr security_header table[] = {
    {"Content-Security-Policy",
     "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
     "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
     "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"},
    same("Cross-Origin-Opener-Policy", "same-origin"),
    same("Cross-Origin-Resource-Policy", "same-origin"),
    same("Origin-Agent-Cluster", "?1"),
    same("Referrer-Policy", "no-referrer"),
    same("X-Content-Type-Options", "nosniff"),
    same("X-DNS-Prefetch-Control", "off"),
    same("X-Download-Options", "noopen"),
    same("X-Frame-Options", "DENY"),
    same("X-Permitted-Cross-Domain-Policies", "none"),
    // The filters of old browsers could be turned against a page: off.
    same("X-XSS-Protection", "0"),
};

void add_missing(response& answer, std::string_view name, std::string_view value) {
    const bool is_there = std::any_of(answer.headers.begin(), answer.headers.end(), [&](const header& each) {
        return equal_ignoring_case(each.name, name);
    });
    if (!is_there) answer.headers.push_back({std::string{name}, std::string{value}});
}

} // namespace

const std::string_view strict_transport = "max-age=31536000; includeSubDomains";

std::span<const security_header> security_headers() noexcept { return table; }

void append_security_headers(response& answer, bool is_https) {
    answer.headers.reserve(answer.headers.size() + std::size(table) + 2);
    const bool is_page = answer.header_value("Content-Type").starts_with("text/html");
    for (const security_header& each : table)
        add_missing(answer, each.name, is_page ? each.of_page : each.of_api);
    add_missing(answer, "Cache-Control", "no-store");
    if (is_https) add_missing(answer, "Strict-Transport-Security", strict_transport);
}

} // namespace kidevent::http
