#pragma once
// The Accept header (RFC 9110, 12.5.1).

#include <kidevent/request.hpp>

#include <string_view>

namespace kidevent::http {

// False only when the client says what it takes and `media_type` (parameters are left aside) is not among it.
// An Accept that cannot be read is as good as none: refusing would help nobody.
bool accepts(const request& incoming, std::string_view media_type);

// Whether the client says that it would rather have `media_type`.
bool prefers(const request& incoming, std::string_view media_type, std::string_view to);

} // namespace kidevent::http
