#include "http/security_headers.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace kidevent::http {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> always{{
    {"Content-Security-Policy",
     "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Origin-Agent-Cluster", "?1"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-DNS-Prefetch-Control", "off"},
    {"X-Download-Options", "noopen"},
    {"X-Frame-Options", "DENY"},
    {"X-Permitted-Cross-Domain-Policies", "none"},
    // The filters of old browsers could be turned against a page: off.
    {"X-XSS-Protection", "0"},
    {"Cache-Control", "no-store"},
}};

void add_missing(response& answer, std::string_view name, std::string_view value) {
    const bool is_there = std::any_of(answer.headers.begin(), answer.headers.end(), [&](const header& each) {
        return equal_ignoring_case(each.name, name);
    });
    if (!is_there) answer.headers.push_back({std::string{name}, std::string{value}});
}

} // namespace

void append_security_headers(response& answer, bool is_https) {
    answer.headers.reserve(answer.headers.size() + always.size() + 1);
    for (const auto& [name, value] : always)
        add_missing(answer, name, value);
    if (is_https) add_missing(answer, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
}

} // namespace kidevent::http
