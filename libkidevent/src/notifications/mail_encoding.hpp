#pragma once
// UTF-8 in the seven bits of mail: quoted-printable for bodies (RFC 2045), encoded words for header fields
// (RFC 2047). What comes out holds printable ASCII and line breaks that were made here, nothing else.

#include <string>
#include <string_view>

namespace kidevent::notifications {

// With padding, in one line.
std::string encode_base64(std::string_view bytes);

// Any bytes; \n and \r\n are line breaks. Lines have at most 76 characters and end with \r\n, the last one
// too.
std::string quoted_printable(std::string_view text);

// The value of an unstructured field such as Subject: short printable ASCII as it is, everything else in
// encoded words, one a line. Precondition: UTF-8 without control characters.
std::string header_text(std::string_view text);

// The name before an address: quoted, or in encoded words. Precondition as above.
std::string display_name(std::string_view text);

} // namespace kidevent::notifications
