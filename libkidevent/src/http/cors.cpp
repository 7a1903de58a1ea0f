#include "http/cors.hpp"

#include "http/ascii.hpp"
#include "http/header_field.hpp"

#include <algorithm>

namespace kidevent::http {

namespace {

constexpr std::string_view taken_headers =
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID";
constexpr std::string_view shown_headers =
    "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id";

bool is_own_machine(std::string_view host) noexcept {
    return host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1" || host == "[::1]";
}

bool is_host(std::string_view text) noexcept {
    if (text == "[::1]") return true;
    if (text.empty() || text.size() > 253) return false;
    char before = '.';
    for (const char c : text) {
        const bool is_plain = is_lower(c) || is_digit(c);
        if (!is_plain && (c != '-' || before == '.') && (c != '.' || before == '.' || before == '-'))
            return false;
        before = c;
    }
    return before != '.' && before != '-';
}

bool is_port(std::string_view text, std::string_view usual) noexcept {
    if (text.empty() || text.size() > 5 || text.front() == '0' || text == usual) return false;
    unsigned number = 0;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return number <= 65535;
}

} // namespace

bool is_origin(std::string_view text) noexcept {
    const bool is_https = text.starts_with("https://");
    if (!is_https && !text.starts_with("http://")) return false;
    text.remove_prefix(is_https ? 8 : 7);
    const auto bracket = text.find(']');
    const auto colon = text.find(':', bracket == text.npos ? 0 : bracket);
    const auto host = text.substr(0, colon);
    if (!is_host(host) || (!is_https && !is_own_machine(host))) return false;
    return colon == text.npos || is_port(text.substr(colon + 1), is_https ? "443" : "80");
}

std::vector<cors_origin> parse_cors_origins(std::string_view text) {
    std::vector<cors_origin> all;
    while (!text.empty()) {
        std::string_view one = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const bool allows_cookies = one.starts_with('+');
        if (allows_cookies) one.remove_prefix(1);
        if (!one.empty()) all.push_back({std::string{one}, allows_cookies});
    }
    return all;
}

const cors_origin* find_cors_origin(const request& incoming, const std::vector<cors_origin>& allowed) {
    if (allowed.empty()) return nullptr;
    const auto origin = find_single_header(incoming, "Origin");
    if (!origin || !*origin) return nullptr;
    const auto found = std::find_if(allowed.begin(), allowed.end(),
                                    [&](const cors_origin& each) { return each.origin == **origin; });
    return found == allowed.end() ? nullptr : &*found;
}

bool is_preflight(const request& incoming) {
    return incoming.method == "OPTIONS" && incoming.header_count("Origin") > 0
           && incoming.header_count("Access-Control-Request-Method") > 0;
}

response preflight_answer(std::string_view methods, std::chrono::seconds max_age) {
    response answer;
    answer.status = 204;
    answer.headers = {{"Access-Control-Allow-Methods", std::string{methods}},
                      {"Access-Control-Allow-Headers", std::string{taken_headers}},
                      {"Access-Control-Max-Age", std::to_string(max_age.count())}};
    return answer;
}

void append_cors_headers(std::vector<header>& to, const cors_origin& from) {
    to.push_back({"Access-Control-Allow-Origin", from.origin});
    to.push_back({"Access-Control-Expose-Headers", std::string{shown_headers}});
    if (from.allows_cookies) to.push_back({"Access-Control-Allow-Credentials", "true"});
}

void append_door_headers(response& to, std::vector<header> gathered) {
    for (header& each : gathered)
        to.headers.push_back(std::move(each));
    if (to.header_value("Access-Control-Allow-Origin").empty()
        || !to.header_value("Access-Control-Allow-Credentials").empty())
        return;
    std::erase_if(to.headers,
                  [](const header& each) { return equal_ignoring_case(each.name, "Set-Cookie"); });
}

} // namespace kidevent::http
