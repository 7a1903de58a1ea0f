#pragma once
// The JSON body of a request. Endpoints take their bodies from here and nowhere else, so that every one is
// strict.

#include "core/result.hpp"

#include <kidevent/request.hpp>

#include <boost/json/value.hpp>

#include <cstddef>

namespace kidevent::http {

// Errors: unsupported_media_type when Content-Type is not application/json (charset utf-8 or none; for PATCH
// also application/merge-patch+json) or there is a Content-Encoding; malformed_request as parse_json() says,
// and for an empty body. The size of the body is the transport's and the platform's business.
result<boost::json::value> parse_json_body(const request& incoming, std::size_t depth_max);

} // namespace kidevent::http
