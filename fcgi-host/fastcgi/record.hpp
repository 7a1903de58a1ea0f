#pragma once
// FastCGI 1.0 records as bytes: the header in front of each one and the two fixed bodies. Used by
// the decoder and the encoder; the numbers come from the protocol's own <fastcgi.h>.

#include <fastcgi.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kidevent::fastcgi {

enum class record_type : std::uint8_t {
    begin_request = FCGI_BEGIN_REQUEST,
    abort_request = FCGI_ABORT_REQUEST,
    end_request = FCGI_END_REQUEST,
    params = FCGI_PARAMS,
    stdin_bytes = FCGI_STDIN,
    stdout_bytes = FCGI_STDOUT,
    get_values = FCGI_GET_VALUES,
    get_values_result = FCGI_GET_VALUES_RESULT,
    unknown_type = FCGI_UNKNOWN_TYPE,
};

// The last field of END_REQUEST.
enum class protocol_status : std::uint8_t {
    request_complete = FCGI_REQUEST_COMPLETE,
    overloaded = FCGI_OVERLOADED,
    unknown_role = FCGI_UNKNOWN_ROLE,
};

inline constexpr std::size_t record_header_bytes = FCGI_HEADER_LEN;
inline constexpr std::size_t fixed_body_bytes = 8; // of BEGIN_REQUEST, END_REQUEST and UNKNOWN_TYPE
// Below the protocol's 65535 so that every full record ends on an eight byte boundary.
inline constexpr std::size_t record_content_max = FCGI_MAX_LENGTH - 7;

struct record_header {
    std::uint8_t version = 0;
    std::uint8_t type = 0; // as received: may be no record_type at all
    std::uint16_t request_id = 0;
    std::uint16_t content_bytes = 0;
    std::uint8_t padding_bytes = 0;
};

inline std::uint16_t read_u16(const char* bytes) noexcept {
    const auto high = static_cast<unsigned char>(bytes[0]);
    const auto low = static_cast<unsigned char>(bytes[1]);
    return static_cast<std::uint16_t>((high << 8) | low);
}

// `bytes` points at record_header_bytes bytes.
inline record_header read_record_header(const char* bytes) noexcept {
    return {static_cast<std::uint8_t>(bytes[0]), static_cast<std::uint8_t>(bytes[1]), read_u16(bytes + 2),
            read_u16(bytes + 4), static_cast<std::uint8_t>(bytes[6])};
}

// Precondition: content_bytes <= FCGI_MAX_LENGTH. Records of ours carry no padding.
inline void append_record_header(std::string& to, record_type type, std::uint16_t request_id,
                                 std::size_t content_bytes) {
    to.push_back(static_cast<char>(FCGI_VERSION_1));
    to.push_back(static_cast<char>(type));
    to.push_back(static_cast<char>(request_id >> 8));
    to.push_back(static_cast<char>(request_id & 0xff));
    to.push_back(static_cast<char>((content_bytes >> 8) & 0xff));
    to.push_back(static_cast<char>(content_bytes & 0xff));
    to.append(2, '\0');
}

} // namespace kidevent::fastcgi
