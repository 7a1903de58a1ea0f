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

// application/problem+json (RFC 9457) as the API's own problems are, but for the request id: the request got
// none. Never cached.
response refusal_response(const refusal& why);

} // namespace kidevent::fastcgi
