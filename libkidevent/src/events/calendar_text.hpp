#pragma once
// Bytes of a foreign file as text: what they hold and how they look in a message.
// Called by the calendar readers only.

#include <string>
#include <string_view>

namespace kidevent::events {

// Control characters (C0 and DEL), line feed and tab among them only when `multiline` is false.
bool has_control_characters(std::string_view utf8, bool multiline) noexcept;

// The value in single quotes for a message: cut after 40 characters, always UTF-8 on one line.
std::string quoted(std::string_view value);

// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text) noexcept;

// Without the byte order mark that some programs put first.
std::string_view without_bom(std::string_view bytes) noexcept;

std::string to_upper_ascii(std::string_view text);
std::string to_lower_ascii(std::string_view text);

} // namespace kidevent::events
