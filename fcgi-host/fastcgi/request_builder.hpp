#pragma once
// CGI parameters -> kidevent::request. Fails closed: what is ambiguous or malformed is refused here
// and never reaches the application. Called by fastcgi::connection at the end of PARAMS.

#include "fastcgi/name_value.hpp"
#include "fastcgi/refusal.hpp"

#include <kidevent/request.hpp>

#include <cstdint>
#include <span>
#include <variant>

namespace kidevent::fastcgi {

struct incoming {
    request value; // without its body
    std::uint64_t content_length = 0;
};

// Not an HTTP request at all (no method or no host): it is ended without an answer.
struct no_request {
    const char* reason;
};

using built_request = std::variant<incoming, refusal, no_request>;

// Reads REQUEST_METHOD, REQUEST_URI, DOCUMENT_URI, REMOTE_ADDR, CONTENT_TYPE, CONTENT_LENGTH and HTTP_*
// by their exact names; everything else is ignored. Header names come out in lower case with
// dashes. Refuses a body that is announced longer than `body_bytes_max` with 413.
built_request build_request(std::span<const param> params, std::uint64_t body_bytes_max);

} // namespace kidevent::fastcgi
