#pragma once
// The headers that every answer carries.

#include <kidevent/response.hpp>

namespace kidevent::http {

// Adds what is missing; a header that the handler set stays. An answer without Cache-Control is not stored
// anywhere. Strict-Transport-Security (one year, with subdomains) is added only when the canonical scheme is
// https.
void append_security_headers(response& answer, bool is_https);

} // namespace kidevent::http
