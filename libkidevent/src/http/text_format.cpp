#include "http/text_format.hpp"

#include "core/time_text.hpp"
#include "core/uuid.hpp"
#include "http/ascii.hpp"
#include "http/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace kidevent::http {

namespace {

bool is_label(std::string_view label) noexcept {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_port(std::string_view text) noexcept {
    unsigned port = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    return !text.empty() && text.size() <= 5 && failure == std::errc{} && end == text.data() + text.size()
           && port <= 65535 && port > 0;
}

// Precondition: none; every byte of a URI is ASCII, visible, and '%' begins an escape.
bool has_uri_characters(std::string_view text) noexcept {
    constexpr std::string_view others = "-._~:/?#[]@!$&'()*+,;=%";
    const auto is_hexadecimal = [](char c) {
        return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_alphanumeric(text[i]) && others.find(text[i]) == std::string_view::npos) return false;
        if (text[i] != '%') continue;
        if (text.size() - i < 3 || !is_hexadecimal(text[i + 1]) || !is_hexadecimal(text[i + 2])) return false;
    }
    return true;
}

} // namespace

std::optional<text_format> parse_text_format(std::string_view name) noexcept {
    if (name == "uuid") return text_format::uuid;
    if (name == "date") return text_format::date;
    if (name == "date-time") return text_format::date_time;
    if (name == "email") return text_format::email;
    if (name == "uri") return text_format::uri;
    if (name == "hostname") return text_format::hostname;
    if (name == "time-zone") return text_format::time_zone;
    return std::nullopt;
}

bool has_format(std::string_view text, text_format format) noexcept {
    switch (format) {
    case text_format::uuid: return parse_uuid(text).has_value();
    case text_format::date: return parse_date(text).has_value();
    case text_format::date_time: return parse_rfc3339(text).has_value();
    case text_format::email: return is_email(text);
    case text_format::uri: return is_http_url(text);
    case text_format::hostname: return is_hostname(text);
    case text_format::time_zone: return is_time_zone_name(text);
    }
    return false;
}

std::string_view demand_of(text_format format) noexcept {
    switch (format) {
    case text_format::uuid: return "must be a UUID";
    case text_format::date: return "must be a date such as 2026-07-01";
    case text_format::date_time: return "must be a date and time such as 2026-07-01T09:00:00Z";
    case text_format::email: return "must be an e-mail address";
    case text_format::uri: return "must be a complete http or https address";
    case text_format::hostname: return "must be a host name";
    case text_format::time_zone: return "must be the name of a time zone such as Europe/Vienna";
    }
    return "has the wrong format";
}

bool has_deceptive_characters(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (c < 0x20 && c != U'\n' && c != U'\t') return true;
        if (c >= 0x7f && c < 0xa0) return true;
        if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)) return true;
    }
    return false;
}

bool is_email(std::string_view text) noexcept {
    constexpr std::string_view others = ".!#$%&'*+/=?^_`{|}~-";
    const std::size_t separator = text.find('@');
    if (text.size() > 254 || separator == 0 || separator > 64) return false;
    const std::string_view mailbox = text.substr(0, separator);
    const std::string_view domain = text.substr(separator + 1);
    if (mailbox.front() == '.' || mailbox.back() == '.' || mailbox.find("..") != std::string_view::npos)
        return false;
    if (!std::all_of(mailbox.begin(), mailbox.end(),
                     [&](char c) { return is_alphanumeric(c) || others.find(c) != std::string_view::npos; }))
        return false;
    return domain.find('.') != std::string_view::npos && is_hostname(domain);
}

bool is_hostname(std::string_view text) noexcept {
    if (text.size() > 253) return false;
    while (true) {
        const std::size_t dot = text.find('.');
        if (!is_label(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_http_url(std::string_view text) noexcept {
    const std::size_t scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos || text.size() > 2048 || !has_uri_characters(text)) return false;
    const std::string_view scheme = text.substr(0, scheme_end);
    if (!equal_ignoring_case(scheme, "https") && !equal_ignoring_case(scheme, "http")) return false;
    const std::string_view rest = text.substr(scheme_end + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const std::size_t colon = authority.find(':');
    if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) return false;
    const std::string_view after = rest.substr(authority.size());
    return is_hostname(authority.substr(0, colon)) && after.find_first_of("[]") == std::string_view::npos
           && std::count(after.begin(), after.end(), '#') <= 1;
}

bool is_time_zone_name(std::string_view text) noexcept {
    if (text.empty() || text.size() > 64 || !is_letter(text.front())) return false;
    int parts = 1;
    char before = '/';
    for (const char c : text) {
        if (c == '/' && (before == '/' || ++parts > 3)) return false;
        if (c != '/' && !is_alphanumeric(c) && c != '_' && c != '-' && c != '+') return false;
        before = c;
    }
    return before != '/';
}

} // namespace kidevent::http
