#include "tenancy/slug.hpp"

#include <algorithm>
#include <array>

namespace kidevent::tenancy {

namespace {
constexpr std::array<std::string_view, 33> reserved{
    "account", "accounts", "admin", "administrator", "api",     "app",     "assets", "auth",   "autoconfig",
    "blog",    "cdn",      "dev",   "docs",          "ftp",     "help",    "imap",   "login",  "mail",
    "media",   "mx",       "ns",    "pop",           "smtp",    "sso",     "static", "status", "support",
    "test",    "wpad",     "www",   "kidevent",      "billing", "security"};
}

bool is_slug(std::string_view text) noexcept {
    if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_reserved_slug(std::string_view slug) noexcept {
    return std::find(reserved.begin(), reserved.end(), slug) != reserved.end();
}

} // namespace kidevent::tenancy
