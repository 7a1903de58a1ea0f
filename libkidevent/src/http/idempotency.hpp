#pragma once
// The Idempotency-Key header: with it a client can repeat a request safely when it did not see the answer.

#include "core/result.hpp"

#include <kidevent/request.hpp>

#include <optional>
#include <string>

namespace kidevent::http {

// 1 to 255 printable ASCII characters, as a quoted string (RFC 8941) or bare; both spellings give the same
// key. std::nullopt when the header is absent. Errors: malformed_request.
result<std::optional<std::string>> idempotency_key(const request& incoming);

} // namespace kidevent::http
