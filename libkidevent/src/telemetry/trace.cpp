#include "telemetry/trace.hpp"

#include <algorithm>
#include <span>

namespace kidevent::telemetry {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

// Lower case only, as the specification has it.
bool read_hex(std::string_view text, std::span<std::uint8_t> into) noexcept {
    for (std::size_t i = 0; i < into.size(); ++i) {
        const auto high = digits.find(text[2 * i]);
        const auto low = digits.find(text[2 * i + 1]);
        if (high == digits.npos || low == digits.npos) return false;
        into[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

bool is_zero(std::span<const std::uint8_t> bytes) noexcept {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t each) { return each == 0; });
}

} // namespace

std::optional<trace_context> parse_traceparent(std::string_view text) noexcept {
    constexpr std::size_t length = 55; // 2-32-16-2 and three hyphens
    if (text.size() < length || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
    std::array<std::uint8_t, 1> version{};
    std::array<std::uint8_t, 1> flags{};
    trace_context read;
    if (!read_hex(text.substr(0, 2), version) || !read_hex(text.substr(3, 32), read.trace)
        || !read_hex(text.substr(36, 16), read.parent) || !read_hex(text.substr(53, 2), flags))
        return std::nullopt;
    if (version[0] == 0xff || is_zero(read.trace) || is_zero(read.parent)) return std::nullopt;
    if (text.size() > length && (version[0] == 0 || text[length] != '-')) return std::nullopt;
    read.sampled = (flags[0] & 1) != 0;
    return read;
}

std::string traceparent_of(const trace_context& context) {
    return "00-" + to_hex(context.trace) + "-" + to_hex(context.span) + (context.sampled ? "-01" : "-00");
}

trace_context begin_trace(const uuid& request_id, std::string_view traceparent, std::int64_t per_thousand) {
    trace_context made;
    const auto continued = parse_traceparent(traceparent);
    if (continued) {
        made = *continued;
    } else {
        made.trace = request_id.bytes;
        // The id's last bytes are random, so they decide for all who see the trace alike.
        const unsigned drawn = request_id.bytes[14] * 256U + request_id.bytes[15];
        made.sampled = static_cast<std::int64_t>(drawn) * 1000 < per_thousand * 65536;
    }
    const uuid fresh = make_uuid();
    std::copy(fresh.bytes.begin() + 8, fresh.bytes.end(), made.span.begin());
    return made;
}

std::string to_hex(const std::uint8_t* bytes, std::size_t count) {
    std::string text;
    text.reserve(2 * count);
    for (std::size_t i = 0; i < count; ++i) {
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 15];
    }
    return text;
}

} // namespace kidevent::telemetry
