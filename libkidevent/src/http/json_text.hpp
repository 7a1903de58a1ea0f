#pragma once
// Strict JSON (RFC 8259, and I-JSON's rules of RFC 7493 where they protect us): what two parsers could read
// differently is refused. For json_body.* and for texts that come from elsewhere (webhooks, stored
// documents).

#include "core/result.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace kidevent::http {

// More members than this in one object are refused: no document of ours comes near.
constexpr std::size_t json_members_max = 1000;

// Parses one JSON text. Refused with malformed_request, whose field names the place as a JSON pointer and the
// byte offset (from 0): syntax errors, comments, a byte order mark, anything after the value, invalid UTF-8,
// unpaired surrogates, U+0000, a key that occurs twice in an object, nesting deeper than `depth_max` (a
// scalar has depth 0, [] has 1), integers that do not fit 64 bits, and other numbers of 2^53 or more (they
// would lose digits silently). Numbers that are whole (1, 1.0, 1e2) arrive as int64, all others as double;
// never as uint64.
result<boost::json::value> parse_json(std::string_view text, std::size_t depth_max);

} // namespace kidevent::http
