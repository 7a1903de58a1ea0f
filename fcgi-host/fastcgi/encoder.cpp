#include "fastcgi/encoder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kidevent::fastcgi {
namespace {

constexpr std::size_t head_bytes_usual = 900; // an answer of ours with all its headers

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_names(std::string_view left, std::string_view right) noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

// Those belong to the front: it counts the bytes and owns the connection.
bool is_owned_by_front(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 5> names = {"content-length", "status", "connection",
                                                       "transfer-encoding", "keep-alive"};
    return std::any_of(names.begin(), names.end(), [name](auto one) { return equal_names(one, name); });
}

bool is_sendable_name(std::string_view name) noexcept {
    return !name.empty()
           && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
}

bool is_sendable_value(std::string_view value) noexcept {
    return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::size_t record_count(std::size_t bytes) noexcept {
    return (bytes + record_content_max - 1) / record_content_max;
}

void append_end(std::string& to, std::uint16_t id, const ending& with) {
    append_record_header(to, record_type::end_request, id, fixed_body_bytes);
    for (int shift = 24; shift >= 0; shift -= 8)
        to.push_back(static_cast<char>((with.app_status >> shift) & 0xff));
    to.push_back(static_cast<char>(with.status));
    to.append(3, '\0');
    if (with.last_on_connection)
        append_record_header(to, record_type::get_values_result, FCGI_NULL_REQUEST_ID, 0);
}

} // namespace

bool has_no_body(int status) noexcept { return status < 200 || status == 204 || status == 304; }

std::optional<std::string> encode_head(const response& answer) {
    if (answer.status < 100 || answer.status > 999) return std::nullopt;
    std::string head;
    head.reserve(head_bytes_usual);
    head.append("Status: ").append(std::to_string(answer.status)).append("\r\n");
    for (const auto& field : answer.headers) {
        if (!is_sendable_name(field.name) || !is_sendable_value(field.value)) return std::nullopt;
        if (is_owned_by_front(field.name)) continue;
        head.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    if (const auto* body = std::get_if<std::string>(&answer.body); body && !has_no_body(answer.status))
        head.append("Content-Length: ").append(std::to_string(body->size())).append("\r\n");
    head.append("\r\n");
    return head;
}

void encode_output(outgoing& to, std::uint16_t id, std::string head, std::string body, ending with) {
    to.head = std::move(head);
    to.body = std::move(body);
    std::size_t left = to.head.size() + to.body.size();
    // Reserved in full, so that the views below stay valid while it grows.
    to.framing.reserve((record_count(left) + 2) * record_header_bytes + 2 * fixed_body_bytes);
    to.pieces.reserve(3 * record_count(left) + 1);
    std::string_view head_left = to.head;
    std::string_view body_left = to.body;
    const auto add_piece = [&to](std::string_view& from, std::size_t room) {
        const auto piece = from.substr(0, room);
        from.remove_prefix(piece.size());
        if (!piece.empty()) to.pieces.push_back(piece);
        return piece.size();
    };
    const auto add_framing_since = [&to](std::size_t start) {
        to.pieces.push_back(std::string_view(to.framing).substr(start));
    };
    while (left > 0) {
        const auto content = std::min(left, record_content_max);
        const auto start = to.framing.size();
        append_record_header(to.framing, record_type::stdout_bytes, id, content);
        add_framing_since(start);
        const auto from_head = add_piece(head_left, content);
        add_piece(body_left, content - from_head);
        left -= content;
    }
    if (!with.ends) return;
    const auto start = to.framing.size();
    append_record_header(to.framing, record_type::stdout_bytes, id, 0);
    append_end(to.framing, id, with);
    add_framing_since(start);
}

void encode_values(outgoing& to, std::span<const param> names, std::int64_t connections_max,
                   std::int64_t requests_max) {
    std::string content;
    const auto add_when_wanted = [&](std::string_view name, const std::string& value) {
        const auto wanted = [name](const param& one) { return one.name == name; };
        if (std::any_of(names.begin(), names.end(), wanted)) append_name_value(content, name, value);
    };
    add_when_wanted(FCGI_MAX_CONNS, std::to_string(connections_max));
    add_when_wanted(FCGI_MAX_REQS, std::to_string(requests_max));
    add_when_wanted(FCGI_MPXS_CONNS, "1");
    append_record_header(to.framing, record_type::get_values_result, FCGI_NULL_REQUEST_ID, content.size());
    to.framing.append(content);
    to.pieces.push_back(to.framing);
}

void encode_unknown_type(outgoing& to, std::uint8_t type) {
    append_record_header(to.framing, record_type::unknown_type, FCGI_NULL_REQUEST_ID, fixed_body_bytes);
    to.framing.push_back(static_cast<char>(type));
    to.framing.append(fixed_body_bytes - 1, '\0');
    to.pieces.push_back(to.framing);
}

} // namespace kidevent::fastcgi
