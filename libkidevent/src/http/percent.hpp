#pragma once
// Percent-encoding (RFC 3986). For target.*, query_string.* and problem.*.

#include <optional>
#include <string>
#include <string_view>

namespace kidevent::http {

// std::nullopt when a '%' is not followed by two hexadecimal digits. Decodes once, '+' stays '+'.
std::optional<std::string> percent_decoded(std::string_view text);
// The same for application/x-www-form-urlencoded: '+' is a space.
std::optional<std::string> form_decoded(std::string_view text);

// Encodes every byte that may not stand in the path of a URI; what is encoded already stays as it is.
std::string as_uri_path(std::string_view text);

} // namespace kidevent::http
