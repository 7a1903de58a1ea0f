#include "http/cookie.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <stdexcept>

namespace kidevent::http {

namespace {

constexpr std::string_view attributes = "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=";

std::string cookie_of(std::string_view name, std::string_view value, std::chrono::seconds max_age) {
    std::string out{name};
    out += '=';
    out += value;
    out += attributes;
    out += std::to_string(std::max<std::chrono::seconds::rep>(max_age.count(), 0));
    return out;
}

std::string token_cookie(std::string_view name, std::string_view token, std::chrono::seconds max_age) {
    const bool is_clean = std::all_of(token.begin(), token.end(),
                                      [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
    if (token.empty() || !is_clean)
        throw std::invalid_argument("a token in a cookie holds base64url characters only");
    return cookie_of(name, token, max_age);
}

} // namespace

result<std::optional<std::string_view>> find_cookie(const request& incoming, std::string_view name) {
    std::optional<std::string_view> found;
    for (const header& line : incoming.headers) {
        if (!equal_ignoring_case(line.name, "Cookie")) continue;
        std::string_view rest = line.value;
        while (!rest.empty()) {
            const std::string_view pair = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
            const std::size_t separator = pair.find('=');
            // Without '=' it has no name; "=name=value" has the empty one, whatever comes after.
            if (separator == std::string_view::npos || trimmed(pair.substr(0, separator)) != name) continue;
            if (found)
                return refuse(errc::malformed_request, "Cookie", "duplicate",
                              "the cookie " + std::string{name} + " was sent twice");
            found = trimmed(pair.substr(separator + 1));
        }
    }
    return found;
}

std::string login_cookie(std::string_view token, std::chrono::seconds max_age) {
    return token_cookie(login_cookie_name, token, max_age);
}

std::string expired_login_cookie() { return cookie_of(login_cookie_name, "", {}); }

std::string provider_cookie(std::string_view token, std::chrono::seconds max_age) {
    return token_cookie(provider_cookie_name, token, max_age);
}

std::string expired_provider_cookie() { return cookie_of(provider_cookie_name, "", {}); }

} // namespace kidevent::http
