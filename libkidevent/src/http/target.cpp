#include "http/target.hpp"

#include "http/ascii.hpp"
#include "http/percent.hpp"
#include "http/utf8.hpp"

#include <algorithm>
#include <optional>

namespace kidevent::http {

namespace {

refusal malformed(std::string detail) {
    return refuse(errc::malformed_request, "target", "bad_format", std::move(detail));
}

bool has_control(std::string_view text) noexcept { return std::any_of(text.begin(), text.end(), is_control); }

bool has_encoded_slash(std::string_view raw) noexcept {
    for (std::size_t at = raw.find("%2"); at != std::string_view::npos; at = raw.find("%2", at + 1))
        if (at + 2 < raw.size() && to_lower(raw[at + 2]) == 'f') return true;
    return false;
}

// Why this decoded path is refused, or "" when it is fine. A path may end in '/': no route does, so it is not
// found.
std::string_view fault_of(std::string_view path) noexcept {
    if (path.find('\\') != std::string_view::npos) return "the path has a backslash";
    std::string_view rest = path.substr(1);
    while (true) {
        const std::size_t slash = rest.find('/');
        const std::string_view segment = rest.substr(0, slash);
        if (segment == "." || segment == "..") return "the path has a dot segment";
        if (slash == std::string_view::npos) return {};
        if (segment.empty()) return "the path has an empty segment";
        rest.remove_prefix(slash + 1);
    }
}

} // namespace

result<target> parse_target(std::string_view text) {
    if (text.size() > target_bytes_max) return malformed("the target is longer than 8192 bytes");
    if (!text.starts_with('/')) return malformed("the target must begin with '/'");
    if (has_control(text) || text.find_first_of(" #") != std::string_view::npos)
        return malformed("the target has blanks, control characters or a fragment");
    const std::size_t mark = text.find('?');
    const std::string_view raw_path = text.substr(0, mark);
    const std::string_view raw_query =
        mark == std::string_view::npos ? std::string_view{} : text.substr(mark + 1);
    const std::optional<std::string> query = percent_decoded(raw_query);
    std::optional<std::string> path = percent_decoded(raw_path);
    if (!path || !query) return malformed("a '%' is not followed by two hexadecimal digits");
    if (!is_utf8(*path) || !is_utf8(*query)) return malformed("the target is not UTF-8");
    if (has_control(*path) || has_control(*query))
        return malformed("the target has encoded control characters");
    if (has_encoded_slash(raw_path)) return malformed("the path has an encoded slash");
    if (const std::string_view fault = fault_of(*path); !fault.empty()) return malformed(std::string{fault});
    return target{std::move(*path), std::string{raw_query}};
}

} // namespace kidevent::http
