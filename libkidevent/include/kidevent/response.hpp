#pragma once
// The answer to one request: status, headers and a body that is either a buffer or a stream.

#include <kidevent/request.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace kidevent {

// A body that is produced piece by piece (exports, event streams). The transport asks for the next
// piece only after the last one was written, so a slow reader holds at most one piece in memory.
class body_stream {
public:
    // A piece of the body; std::nullopt ends it.
    using on_chunk = std::function<void(std::optional<std::string>)>;

    virtual ~body_stream() = default;

    // Calls `deliver` exactly once, now or later, on the thread of the platform's event loop.
    // Destroying the stream means that the reader went away: `deliver` is not called any more.
    virtual void next(on_chunk deliver) = 0;
};

struct response {
    int status = 200;            // RFC 9110 status code
    std::vector<header> headers; // without Status, Content-Length and hop-by-hop headers
    std::variant<std::string, std::unique_ptr<body_stream>> body;

    // The buffered body; "" when the body is a stream.
    std::string_view text() const noexcept;
    // The first value of the header, or "" when it is absent.
    std::string_view header_value(std::string_view name) const noexcept;
};

} // namespace kidevent
