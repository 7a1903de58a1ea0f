#pragma once
// Pages that the API itself shows to people: small, without script and style. What such a page may do is said
// with the other security headers.

#include <kidevent/response.hpp>

#include <string>
#include <string_view>

namespace kidevent::http {

// For the text of an element and for the value of an attribute in double quotes.
std::string escaped(std::string_view text);

// `attributes` begin with a blank and are not escaped.
std::string paragraph(std::string_view text, std::string_view attributes = "");

// `content` is not escaped; `title` is, and heads the page. `language` is a BCP 47 tag of our own.
response html_page(std::string_view title, std::string_view language, int status, std::string_view content);

} // namespace kidevent::http
