#include "http/json_body.hpp"

#include "http/ascii.hpp"
#include "http/header_field.hpp"
#include "http/json_text.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace kidevent::http {

namespace {

refusal unsupported(std::string_view header, std::string detail) {
    return refuse(errc::unsupported_media_type, std::string{header}, "not_allowed", std::move(detail));
}

bool is_json(std::string_view content_type, bool is_patch) noexcept {
    const std::size_t end = std::min(content_type.find(';'), content_type.size());
    const std::string_view media_type = trimmed(content_type.substr(0, end));
    if (!is_utf8_parameter(content_type.substr(end))) return false;
    return equal_ignoring_case(media_type, "application/json")
           || (is_patch && equal_ignoring_case(media_type, "application/merge-patch+json"));
}

} // namespace

result<boost::json::value> parse_json_body(const request& incoming, std::size_t depth_max) {
    const auto encoding = find_single_header(incoming, "Content-Encoding");
    if (!encoding) return encoding.error();
    if (*encoding && !equal_ignoring_case(**encoding, "identity"))
        return unsupported("Content-Encoding", "bodies are taken without compression only");
    const auto content_type = find_single_header(incoming, "Content-Type");
    if (!content_type) return content_type.error();
    if (!*content_type || !is_json(**content_type, incoming.method == "PATCH"))
        return unsupported("Content-Type", "the body must be application/json in UTF-8");
    if (incoming.body.empty())
        return refuse(errc::malformed_request, "", "syntax", "the body is empty; a JSON value was expected");
    return parse_json(incoming.body, depth_max);
}

} // namespace kidevent::http
