#include "config/setting_checks.hpp"

#include "core/time_text.hpp"

#include <algorithm>

namespace kidevent::config {

namespace {

bool is_lower_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

} // namespace

const char* problem_of_domain(std::string_view text) {
    constexpr auto complaint = "must be a domain name in lower case, without a port and without a final dot";
    char before = '.';
    for (const char c : text) {
        const bool inner = is_lower_letter_or_digit(before);
        const bool fits = is_lower_letter_or_digit(c) || (c == '-' && before != '.') || (c == '.' && inner);
        if (!fits) return complaint;
        before = c;
    }
    return is_lower_letter_or_digit(before) ? nullptr : complaint;
}

const char* problem_of_optional_domain(std::string_view text) {
    return text.empty() ? nullptr : problem_of_domain(text);
}

const char* problem_of_mailbox(std::string_view text) {
    constexpr auto complaint = "must be an e-mail address alone, in ASCII";
    if (text.empty()) return nullptr;
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos) return complaint;
    for (const char c : text.substr(0, at))
        if (c <= ' ' || c > '~' || std::string_view{"\"(),:;<>@[\\]"}.find(c) != std::string_view::npos)
            return complaint;
    return problem_of_domain(text.substr(at + 1)) == nullptr ? nullptr : complaint;
}

const char* problem_of_url(std::string_view text) {
    const bool fits = text.empty() || text.starts_with("http://") || text.starts_with("https://");
    return fits ? nullptr : "must begin with http:// or https://";
}

const char* problem_of_address(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
    const bool is_port =
        !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == port.npos;
    return text.empty() || (is_port && colon > 0) ? nullptr : "must be an IP address and a port";
}

const char* problem_of_token(std::string_view text) {
    for (const char c : text)
        if (c <= ' ' || c > '~') return "must be visible ASCII";
    return nullptr;
}

const char* problem_of_encryption_key(std::string_view text) {
    constexpr auto complaint =
        "must be NAME:KEY, the key being 32 bytes in base64, as in openssl rand -base64 32";
    const auto colon = text.find(':');
    if (colon == 0 || colon == text.npos || colon > 16) return complaint;
    const auto name = text.substr(0, colon);
    if (!std::all_of(name.begin(), name.end(), is_lower_letter_or_digit)) return complaint;
    auto key = text.substr(colon + 1);
    if (key.size() == 44 && key.back() == '=') key.remove_suffix(1);
    const auto is_base64 = [](char c) {
        return is_lower_letter_or_digit(c) || (c >= 'A' && c <= 'Z')
               || std::string_view{"+/-_"}.find(c) != std::string_view::npos;
    };
    return key.size() == 43 && std::all_of(key.begin(), key.end(), is_base64) ? nullptr : complaint;
}

const char* problem_of_signing_key(std::string_view text) {
    return text.size() >= 32 && text.size() <= 1024 ? nullptr : "must have 32 to 1024 bytes";
}

const char* problem_of_contact(std::string_view text) {
    const bool fits = text.empty() || text.starts_with("mailto:") || text.starts_with("https://");
    return fits ? problem_of_token(text) : "must begin with mailto: or https://";
}

const char* problem_of_instant(std::string_view text) {
    return text.empty() || parse_rfc3339(text) ? nullptr
                                               : "must be a date and time such as 2027-03-31T00:00:00Z";
}

const char* problem_of_path(std::string_view text) {
    const bool fits = text.starts_with('/') && !text.starts_with("//")
                      && text.find_first_of("\\?#") == std::string_view::npos;
    return fits ? problem_of_token(text) : "must be a path on our own hosts, such as /account/password";
}

const char* problem_of_directory(std::string_view text) {
    return text.starts_with('/') ? nullptr : "must be an absolute path";
}

const char* problem_of_optional_path(std::string_view text) {
    return text.empty() ? nullptr : problem_of_directory(text);
}

const char* problem_of_pool_name(std::string_view text) {
    for (const char c : text) {
        if (!is_lower_letter_or_digit(c) && c != '-') return "must be lower-case letters, digits and hyphens";
    }
    return nullptr;
}

const char* problem_of_time_of_day(std::string_view text) {
    const auto is_digit = [text](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    const bool has_form =
        text.size() == 5 && text[2] == ':' && is_digit(0) && is_digit(1) && is_digit(3) && is_digit(4);
    const bool exists = has_form && text.substr(0, 2) < "24" && text.substr(3) < "60";
    return exists ? nullptr : "must be a time of day such as 07:30";
}

const char* problem_of_redis_address(std::string_view text) {
    if (text.starts_with('/'))
        return std::ssize(text) <= socket_path_max ? nullptr : "is longer than the path of a socket may be";
    if (text.empty()) return nullptr;
    const auto colon = text.rfind(':');
    const bool has_both = colon != std::string_view::npos && colon > 0 && colon + 1 < text.size();
    return has_both ? nullptr : "must be the absolute path of a socket, or HOST:PORT";
}

const char* problem_of_brokers(std::string_view text) {
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = std::min(rest.find(','), rest.size());
        const auto one = rest.substr(0, end);
        const auto colon = one.rfind(':');
        const auto port = colon == one.npos ? std::string_view{} : one.substr(colon + 1);
        const bool fits = colon != one.npos && colon > 0 && one.find_first_of(" /@") == one.npos
                          && !port.empty() && port.find_first_not_of("0123456789") == port.npos;
        if (!fits || end + 1 == rest.size()) return "must be HOST:PORT, or several with commas between";
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return nullptr;
}

const char* problem_of_topic(std::string_view text) {
    for (const char c : text) {
        const bool fits =
            is_lower_letter_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
        if (!fits) return "must be letters, digits, dots, hyphens and underscores";
    }
    return text == "." || text == ".." ? "must be a name" : nullptr;
}

} // namespace kidevent::config
