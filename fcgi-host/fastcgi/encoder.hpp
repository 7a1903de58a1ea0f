#pragma once
// The sending half of FastCGI: responses -> records as lists of byte ranges for one gathering
// write. No socket. Used by fastcgi::connection.

#include "fastcgi/name_value.hpp"
#include "fastcgi/record.hpp"

#include <kidevent/response.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::fastcgi {

// Bytes on their way out. The body is held, never copied; `pieces` point into the other members, so
// an outgoing stays where it was made.
struct outgoing {
    outgoing() = default;
    outgoing(const outgoing&) = delete;
    outgoing& operator=(const outgoing&) = delete;

    std::string framing; // record headers and fixed bodies
    std::string head;    // "Status:" and the headers
    std::string body;
    std::vector<std::string_view> pieces;
};

// How a request's last write ends.
struct ending {
    bool ends = false; // END_REQUEST follows
    // A record behind END_REQUEST: nginx then does not keep the connection, so that a draining
    // worker can let go of it without a moment in which nginx could send the next request.
    bool last_on_connection = false;
    std::uint32_t app_status = 0;
    protocol_status status = protocol_status::request_complete;
};

// 1xx, 204 and 304 carry no body.
bool has_no_body(int status) noexcept;

// "Status: N", the headers and the empty line; with Content-Length when the body is buffered.
// Content-Length, Status and hop-by-hop headers among `headers` are left out. std::nullopt when the
// status is not a three digit number, or a name or value cannot be sent (CR, LF, NUL, a colon in a name).
std::optional<std::string> encode_head(const response& answer);

// STDOUT records of `head` and `body`, each at most record_content_max bytes, then the ending.
void encode_output(outgoing& to, std::uint16_t id, std::string head, std::string body, ending with);

// Answers GET_VALUES: the names among FCGI_MAX_CONNS, FCGI_MAX_REQS and FCGI_MPXS_CONNS.
void encode_values(outgoing& to, std::span<const param> names, std::int64_t connections_max,
                   std::int64_t requests_max);

void encode_unknown_type(outgoing& to, std::uint8_t type);

} // namespace kidevent::fastcgi
