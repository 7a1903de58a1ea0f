#pragma once
// W3C Trace Context (https://www.w3.org/TR/trace-context/): which trace a request belongs to. Pure; used by
// the composition root.

#include "core/uuid.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent::telemetry {

using span_id = std::array<std::uint8_t, 8>;

struct trace_context {
    std::array<std::uint8_t, 16> trace{};
    span_id span{};   // of the request here
    span_id parent{}; // who called us; all zero when nobody said
    bool sampled = false;

    bool has_parent() const noexcept { return parent != span_id{}; }
};

// The caller's context, its span as our parent; std::nullopt for anything that the specification says to
// ignore. A later version is read as far as version 00 goes.
std::optional<trace_context> parse_traceparent(std::string_view text) noexcept;
// "00-<trace>-<our span>-<flags>"
std::string traceparent_of(const trace_context& context);

// Continues the caller's trace and follows its decision; without one the request's id is the trace's, and of
// 1000 such requests `per_thousand` are sampled.
trace_context begin_trace(const uuid& request_id, std::string_view traceparent, std::int64_t per_thousand);

std::string to_hex(const std::uint8_t* bytes, std::size_t count);
template<std::size_t Size> std::string to_hex(const std::array<std::uint8_t, Size>& bytes) {
    return to_hex(bytes.data(), Size);
}

} // namespace kidevent::telemetry
