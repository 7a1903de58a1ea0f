#pragma once
// The headers that every answer carries, in one table: helmet's set (https://helmetjs.github.io), stricter
// where nothing needs what helmet allows. nginx/security_headers.conf says the same of files; a test
// compares.

#include <kidevent/response.hpp>

#include <span>
#include <string_view>

namespace kidevent::http {

struct security_header {
    std::string_view name;
    std::string_view of_api;  // data for programs: nothing in it may act as a page
    std::string_view of_page; // HTML that the API gives: it has a form, and neither script, style nor picture
    std::string_view of_file; // the web application, which nginx gives
};

// Without Strict-Transport-Security, which depends on the scheme.
std::span<const security_header> security_headers() noexcept;
// One year, with subdomains.
extern const std::string_view strict_transport;

// Adds what is missing; a header that the handler set stays. HTML is a page. An answer without Cache-Control
// is not stored anywhere. Strict-Transport-Security is added only when the canonical scheme is https.
void append_security_headers(response& answer, bool is_https);

} // namespace kidevent::http
