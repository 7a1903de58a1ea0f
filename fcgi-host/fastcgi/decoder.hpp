#pragma once
// The receiving half of FastCGI as a pure state machine: bytes in, events out. No socket, no clock,
// no application. fastcgi::connection feeds it; the fuzzer and the unit tests do the same.

#include "fastcgi/name_value.hpp"
#include "fastcgi/record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kidevent::fastcgi {

struct decoder_limits {
    std::size_t params_bytes_max = 65536; // all PARAMS of one request
    std::size_t name_bytes_max = 256;
    std::size_t value_bytes_max = 16384;
    std::size_t params_max = 1024;        // pairs in one request
    std::size_t requests_max = 64;        // at once on one connection
    std::size_t body_bytes_max = 1048576; // STDIN of one request
};

struct need_bytes {}; // everything that was fed is used up

struct request_begun {
    std::uint16_t id;
    bool keep_connection;
};
// A BEGIN_REQUEST that gets no further than an END_REQUEST with this status.
struct begin_refused {
    std::uint16_t id;
    bool keep_connection;
    protocol_status status;
};
struct params_complete {
    std::uint16_t id;
    std::span<const param> params; // valid until the next call of next()
};
// PARAMS beyond a limit. The rest of the request is skipped.
struct params_too_large {
    std::uint16_t id;
    const char* reason;
};
struct body_chunk {
    std::uint16_t id;
    std::string_view bytes; // a view into what was fed
};
struct body_complete {
    std::uint16_t id;
};
// STDIN beyond the limit. The rest of the request is skipped.
struct body_too_large {
    std::uint16_t id;
};
struct request_aborted {
    std::uint16_t id;
};
struct values_wanted {
    std::span<const param> names; // values are empty; valid until the next call of next()
};
struct unknown_management_type {
    std::uint8_t type;
};
// The bytes are not FastCGI. Every later call of next() says so again: close the connection.
struct protocol_error {
    const char* reason;
};

using event = std::variant<need_bytes, request_begun, begin_refused, params_complete, params_too_large,
                           body_chunk, body_complete, body_too_large, request_aborted, values_wanted,
                           unknown_management_type, protocol_error>;

class decoder {
public:
    explicit decoder(decoder_limits with) : limits_(with) {}

    // Precondition: next() said need_bytes since the last feed. The bytes must outlive their events.
    void feed(std::string_view bytes) noexcept { input_ = bytes; }

    // The next event, need_bytes when there is none.
    event next();

    // The request was answered with END_REQUEST: its id may be used again, what still comes in for
    // it is skipped. Unknown ids are ignored.
    void finish(std::uint16_t id) noexcept;

    // True when the peer stopped in the middle of a record.
    bool inside_record() const noexcept { return phase_ != phase::header || header_filled_ != 0; }

private:
    enum class phase { header, content, padding };
    enum class stage { params, body, skipping };
    struct open_request {
        std::uint16_t id = 0;
        stage at = stage::params;
        bool input_ended = false;
        bool answered = false;
        std::string params;
        std::size_t body_bytes = 0;
    };
    using maybe_event = std::optional<event>;

    open_request* find_request(std::uint16_t id) noexcept;
    void forget(std::uint16_t id) noexcept;
    void forget_when_over(open_request& request) noexcept;
    std::string_view take(std::size_t bytes_max) noexcept;

    maybe_event open_record();
    maybe_event open_management_record();
    maybe_event open_params_record();
    maybe_event open_stdin_record();
    maybe_event take_content(std::string_view piece);
    maybe_event take_params(open_request& request, std::string_view piece);
    maybe_event close_record();
    event begin();
    maybe_event abort();
    event complete_params(open_request& request);
    event fail(const char* reason) noexcept;

    decoder_limits limits_;
    std::string_view input_;
    phase phase_ = phase::header;
    std::array<char, record_header_bytes> header_bytes_{};
    std::size_t header_filled_ = 0;
    record_header header_;
    std::size_t content_left_ = 0;
    std::size_t padding_left_ = 0;
    bool skip_content_ = false;
    std::string control_;                // body of BEGIN_REQUEST or GET_VALUES
    std::vector<open_request> requests_; // few: nginx has one at a time
    std::string params_bytes_;           // what params_ points into
    std::vector<param> params_;
    const char* failure_ = nullptr;
};

} // namespace kidevent::fastcgi
