#pragma once
// UUIDs (RFC 9562) and the typed identifiers made of them.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent {

struct uuid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const uuid&) const = default;
};

// A fresh version 7 UUID: sorts by the millisecond of its making, the rest is random.
uuid make_uuid();

// Lower-case text form, 36 characters.
std::string to_string(const uuid& id);
void append_to(std::string& out, const uuid& id);
// The same into memory of the caller's, without a final '\0'; gives where the text ends.
inline constexpr std::size_t uuid_text_bytes = 36;
char* put_uuid(char* at, const uuid& id) noexcept;

// Accepts exactly the 36-character form, either case.
std::optional<uuid> parse_uuid(std::string_view text) noexcept;

// An identifier of one kind of thing; does not convert to another kind's.
template<class Tag> struct strong_id {
    uuid value;

    auto operator<=>(const strong_id&) const = default;
};

using tenant_id = strong_id<struct tenant_tag>;
using account_id = strong_id<struct account_tag>;
using household_id = strong_id<struct household_tag>;
using child_id = strong_id<struct child_tag>;
using event_id = strong_id<struct event_tag>;
using session_id = strong_id<struct session_tag>;
using registration_id = strong_id<struct registration_tag>;

} // namespace kidevent
