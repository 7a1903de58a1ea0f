#pragma once
// Where the body of an HTTP/1.1 answer ends (RFC 9112 section 6).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent::http_client {

struct answer_framing {
    bool is_chunked = false;
    std::optional<std::size_t> length; // Content-Length; without both it ends with the connection
};

// Whether nothing more is to come after these bytes. Also true when they are no chunks at all.
bool is_complete(const answer_framing& framed, std::string_view bytes);

// The body, or what has come of it.
std::string unframed(const answer_framing& framed, std::string_view bytes);

} // namespace kidevent::http_client
