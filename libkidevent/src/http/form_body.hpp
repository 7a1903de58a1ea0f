#pragma once
// The body of a request that an HTML form or a mail program sends.

#include "core/result.hpp"

#include <kidevent/request.hpp>

#include <boost/json/value.hpp>

namespace kidevent::http {

// An object of texts, for the check against the route's schema. Errors: unsupported_media_type when
// Content-Type is not application/x-www-form-urlencoded, and those of query_string::parse().
result<boost::json::value> parse_form_body(const request& incoming);

} // namespace kidevent::http
