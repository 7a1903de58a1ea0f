#pragma once
// FastCGI name-value pairs: the content of PARAMS, GET_VALUES and GET_VALUES_RESULT.

#include <string>
#include <string_view>
#include <vector>

namespace kidevent::fastcgi {

// Views into the bytes that were parsed. A value may hold any byte, NUL included.
struct param {
    std::string_view name;
    std::string_view value;
};

// Replaces `into` by the pairs in `bytes`. False when the last pair is cut off or a length points
// past the end; `into` then holds the pairs before it.
[[nodiscard]] bool parse_name_values(std::string_view bytes, std::vector<param>& into);

// Precondition: both are shorter than 2^31 bytes.
void append_name_value(std::string& to, std::string_view name, std::string_view value);

} // namespace kidevent::fastcgi
