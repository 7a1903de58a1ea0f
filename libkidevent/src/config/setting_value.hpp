#pragma once
// Texts to setting values and back: whole numbers, sizes ("1MiB"), durations ("15s") and plain text,
// each checked against its rule. Knows no key and no file; called by settings_file and by the
// printers of settings.

#include <kidevent/settings.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kidevent::config {

// Where a value lives inside a settings object; valid as long as that object.
using value_pointer =
    std::variant<std::string*, std::int64_t*, std::chrono::milliseconds*, std::chrono::seconds*,
                 std::vector<std::string>*, std::vector<pool_settings>*>;

enum class value_unit {
    none,  // a number that counts, a text, or a duration (which carries its unit in its type)
    bytes, // a size
};

// Returns what is wrong with the text, or nullptr.
using text_check = const char* (*)(std::string_view);

struct value_rule {
    // Of numbers, sizes and durations: the value itself, in the member's own unit, both included
    // (of durations at most what milliseconds can express).
    // Of texts and lists: the length in bytes or items.
    std::int64_t min = 0;
    std::int64_t max = 0;
    value_unit unit = value_unit::none;
    bool secret = false;                         // never printed, not even in an error
    std::span<const std::string_view> choices{}; // of texts and of the items of a list; empty = any
    text_check check = nullptr;
};

// Stores the value that `text` spells. Returns what is wrong with it, or std::nullopt; on error the
// old value stays. A list of texts is spelled with commas. Not for lists of pools.
std::optional<std::string> assign_value(value_pointer to, const value_rule& rule, std::string_view text);

// Checks the number of items and each of them against the rule, and stores them.
std::optional<std::string> assign_list(std::vector<std::string>& to, const value_rule& rule,
                                       std::vector<std::string> items);

// The value in the spelling that assign_value reads; "***" for a secret that is set, "" for one that is not.
std::string format_value(value_pointer of, const value_rule& rule);

// "integer", "size", "duration", "text", "secret text", "list of texts", "secret list of texts" or
// "list of pools".
std::string_view type_name(value_pointer of, const value_rule& rule);

// What the rule admits, for people: "1 to 65535", "http or https", "1ms to 1h".
std::string format_range(value_pointer of, const value_rule& rule);

// The shortest exact spelling: 15000 ms is "15s", 1048576 bytes is "1MiB".
std::string format_duration(std::chrono::milliseconds value);
std::string format_size(std::int64_t bytes);

} // namespace kidevent::config
