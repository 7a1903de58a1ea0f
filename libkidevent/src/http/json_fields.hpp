#pragma once
// Reads members of a body that the route's schema has accepted already; a member that is absent gives the
// fallback.

#include "core/time_text.hpp"
#include "core/uuid.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kidevent::http {

inline const boost::json::value* find_member(const boost::json::value& of, std::string_view name) {
    const auto* found = of.as_object().if_contains(name);
    return found && !found->is_null() ? found : nullptr;
}

inline std::optional<std::string> find_text(const boost::json::value& of, std::string_view name) {
    const auto* found = find_member(of, name);
    if (!found) return std::nullopt;
    return std::string{std::string_view{found->as_string()}};
}

inline std::string text_or(const boost::json::value& of, std::string_view name, std::string fallback = {}) {
    return find_text(of, name).value_or(std::move(fallback));
}

inline std::optional<std::int64_t> find_integer(const boost::json::value& of, std::string_view name) {
    const auto* found = find_member(of, name);
    if (!found) return std::nullopt;
    return found->to_number<std::int64_t>();
}

inline std::optional<uuid> find_uuid(const boost::json::value& of, std::string_view name) {
    const auto* found = find_member(of, name);
    return found ? parse_uuid(std::string_view{found->as_string()}) : std::nullopt;
}

inline std::optional<timestamp> find_timestamp(const boost::json::value& of, std::string_view name) {
    const auto* found = find_member(of, name);
    return found ? parse_rfc3339(std::string_view{found->as_string()}) : std::nullopt;
}

inline std::optional<std::chrono::sys_days> find_date(const boost::json::value& of, std::string_view name) {
    const auto* found = find_member(of, name);
    return found ? parse_date(std::string_view{found->as_string()}) : std::nullopt;
}

} // namespace kidevent::http
