#include "http/form_body.hpp"

#include "http/ascii.hpp"
#include "http/header_field.hpp"
#include "http/query_string.hpp"

#include <boost/json/object.hpp>

#include <algorithm>

namespace kidevent::http {

result<boost::json::value> parse_form_body(const request& incoming) {
    const auto encoding = find_single_header(incoming, "Content-Encoding");
    if (!encoding) return encoding.error();
    const auto content_type = find_single_header(incoming, "Content-Type");
    if (!content_type) return content_type.error();
    const std::string_view type = *content_type ? **content_type : std::string_view{};
    const auto end = std::min(type.find(';'), type.size());
    const bool is_form =
        equal_ignoring_case(trimmed(type.substr(0, end)), "application/x-www-form-urlencoded")
        && is_utf8_parameter(type.substr(end));
    if (!is_form || (*encoding && !equal_ignoring_case(**encoding, "identity")))
        return refuse(errc::unsupported_media_type, "Content-Type", "not_allowed",
                      "the body must be application/x-www-form-urlencoded in UTF-8, not compressed");
    const auto fields = query_string::parse(incoming.body);
    if (!fields) return fields.error();
    boost::json::object read;
    for (const auto& [name, value] : fields->parameters())
        read[name] = value;
    return boost::json::value(std::move(read)); // in braces it would be an array
}

} // namespace kidevent::http
