#include "http/etag.hpp"

#include "http/ascii.hpp"
#include "http/header_field.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#define XXH_INLINE_ALL // all of it is in the header
#include <xxhash.h>

namespace kidevent::http {

namespace {

constexpr std::size_t body_digits = 16;

// Tells one version of a page from the next; nobody's safety rests on it, so it need not be hard to forge. A
// cryptographic one took a fifth of the worker's time.
std::string hash_of(std::string_view body) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    std::uint64_t hash = XXH3_64bits(body.data(), body.size());
    std::string digits(body_digits, '0');
    for (std::size_t i = body_digits; i-- > 0; hash >>= 4U)
        digits[i] = hexadecimal[hash & 0xfU];
    return digits;
}

// Without the mark of a weak tag, which nginx sets when it compresses.
std::string_view opaque(std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; }

bool any_tag_of(const request& incoming, auto matches) {
    for (const header& line : incoming.headers) {
        if (!equal_ignoring_case(line.name, "If-None-Match")) continue;
        std::string_view rest = line.value;
        while (!rest.empty()) {
            const std::string_view entry = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
            if (trimmed(entry) == "*" || matches(trimmed(entry))) return true;
        }
    }
    return false;
}

// The version of one entity tag, weak or strong; std::nullopt when etag_of() did not write it.
std::optional<int> parse_tag(std::string_view text) noexcept {
    if (text.starts_with("W/")) text.remove_prefix(2);
    if (text.size() < 4 || !text.starts_with("\"v") || text.back() != '"') return std::nullopt;
    std::string_view digits = text.substr(2, text.size() - 3);
    if (const auto dot = digits.find('.'); dot != std::string_view::npos) {
        const std::string_view of_body = digits.substr(dot + 1);
        if (of_body.size() != body_digits
            || of_body.find_first_not_of("0123456789abcdef") != std::string_view::npos)
            return std::nullopt;
        digits = digits.substr(0, dot);
    }
    if (digits.empty()) return std::nullopt;
    int version = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (failure != std::errc{} || end != digits.data() + digits.size() || digits.front() == '0'
        || version < 1)
        return std::nullopt;
    return version;
}

} // namespace

std::string etag_of(int version) { return "\"v" + std::to_string(version) + '"'; }

std::string etag_of(int version, std::string_view body) {
    return "\"v" + std::to_string(version) + '.' + hash_of(body) + '"';
}

std::string etag_of(std::string_view body) { return '"' + hash_of(body) + '"'; }

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
    return any_tag_of(incoming, [version](std::string_view tag) { return parse_tag(tag) == version; });
}

bool is_not_modified(const request& incoming, std::string_view etag) {
    return any_tag_of(incoming, [etag](std::string_view tag) { return opaque(tag) == opaque(etag); });
}

} // namespace kidevent::http
