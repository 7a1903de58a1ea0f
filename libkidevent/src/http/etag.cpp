#include "http/etag.hpp"

#include "http/ascii.hpp"
#include "http/header_field.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace kidevent::http {

namespace {

// The version of one entity tag, weak or strong; std::nullopt when etag_of() did not write it.
std::optional<int> parse_tag(std::string_view text) noexcept {
    if (text.starts_with("W/")) text.remove_prefix(2);
    if (text.size() < 4 || !text.starts_with("\"v") || text.back() != '"') return std::nullopt;
    const std::string_view digits = text.substr(2, text.size() - 3);
    int version = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (failure != std::errc{} || end != digits.data() + digits.size() || digits.front() == '0'
        || version < 1)
        return std::nullopt;
    return version;
}

} // namespace

std::string etag_of(int version) { return "\"v" + std::to_string(version) + '"'; }

result<int> required_version(const request& incoming) {
    const auto text = find_single_header(incoming, "If-Match");
    if (!text) return text.error();
    if (!*text)
        return refuse(errc::version_required, "If-Match", "required",
                      "send the ETag of the version that you changed");
    const auto version = parse_tag(**text);
    if (!version)
        return refuse(errc::malformed_request, "If-Match", "bad_format",
                      "must be one ETag of ours, such as \"v7\"");
    return *version;
}

bool is_not_modified(const request& incoming, int version) {
    for (const header& line : incoming.headers) {
        if (!equal_ignoring_case(line.name, "If-None-Match")) continue;
        std::string_view rest = line.value;
        while (!rest.empty()) {
            const std::string_view entry = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
            if (trimmed(entry) == "*" || parse_tag(trimmed(entry)) == version) return true;
        }
    }
    return false;
}

} // namespace kidevent::http
