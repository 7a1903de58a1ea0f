#pragma once
// Structured log lines on stderr: one JSON object a line, with the names of OpenTelemetry. Everybody
// may call it, from any thread, also after a fork. Personal and secret values are masked by their key;
// still, log ids and not people.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/clock.hpp"

namespace kidevent::log {

enum class level { debug, info, warn, error };

// A name and its value, as in {"http.route", route} or {"attempts", 3}. Refers to texts that must
// outlive the call.
struct attribute {
    using value_type = std::variant<bool, std::int64_t, double, std::string_view>;

    attribute(std::string_view name, bool is) : key(name), value(is) {}
    attribute(std::string_view name, double is) : key(name), value(is) {}
    attribute(std::string_view name, const char* is) : key(name), value(std::string_view(is)) {}
    attribute(std::string_view name, std::string_view is) : key(name), value(is) {}
    attribute(std::string_view name, const std::string& is) : key(name), value(std::string_view(is)) {}
    template<std::integral Integer>
    attribute(std::string_view name, Integer is) : key(name), value(static_cast<std::int64_t>(is)) {}

    std::string_view key;
    value_type value;
};

using attributes = std::initializer_list<attribute>;

// `body` is a constant sentence; what varies goes into the attributes. The keys trace_id and span_id
// become members of the line itself.
void debug(std::string_view body, attributes with = {});
void info(std::string_view body, attributes with = {});
void warn(std::string_view body, attributes with = {});
void error(std::string_view body, attributes with = {});

// Lines below it are dropped; info until it is called. Any thread.
void set_level(level lowest);
// "debug", "info", "warn" or "error", as in log.level. Throws std::invalid_argument.
level parse_level(std::string_view name);

// Whether a value under this key is written as "***": passwords, tokens, cookies, names, addresses...
bool is_masked(std::string_view key);

// The line without its line break. Bytes that are not UTF-8 become U+FFFD.
std::string format_line(level severity, std::string_view body, std::span<const attribute> with,
                        timestamp when);

} // namespace kidevent::log
