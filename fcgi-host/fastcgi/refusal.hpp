#pragma once
// Answers that the front gives itself, before the application has seen the request: malformed or
// oversized input. Used by the request builder and the connection.

#include <kidevent/response.hpp>

#include <string>
#include <string_view>

namespace kidevent::fastcgi {

struct refusal {
    int status = 400;
    std::string detail; // one sentence for the client; printable ASCII without quotes or backslashes
};

std::string_view status_title(int status) noexcept;

// application/problem+json (RFC 9457), never cached.
response refusal_response(const refusal& why);

} // namespace kidevent::fastcgi
