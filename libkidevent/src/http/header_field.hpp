#pragma once
// Headers that may occur once. Which of two contradicting values counts is decided nowhere: the request is
// refused.

#include "core/result.hpp"

#include <kidevent/request.hpp>

#include <optional>
#include <string_view>

namespace kidevent::http {

// The value without surrounding blanks, or std::nullopt when the header is absent; the view lives as long as
// the request. Errors: malformed_request when the header occurs more than once.
result<std::optional<std::string_view>> find_single_header(const request& incoming, std::string_view name);

// Refuses a request that repeats a header of which at most one may be there (Host, Authorization, Content-*,
// Idempotency-Key, If-Match, Origin, Sec-Fetch-Site and all X-*). Errors: malformed_request naming the
// header.
result<> check_single_headers(const request& incoming);

} // namespace kidevent::http
