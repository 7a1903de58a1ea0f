#pragma once
// The query parameters of a request. Every parameter is named by the endpoint, occurs once, and has a type.

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/uuid.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kidevent::http {

class query_string {
public:
    static constexpr std::size_t parameters_max = 64;

    query_string() = default;

    // Takes "a=b&c=d" in the encoding of HTML forms. Errors: malformed_request for broken percent escapes,
    // control bytes, text that is not UTF-8, a parameter without a name, or more than parameters_max;
    // invalid_fields for a name that occurs twice.
    static result<query_string> parse(std::string_view text);

    std::optional<std::string_view> find(std::string_view name) const noexcept;
    const std::vector<std::pair<std::string, std::string>>& parameters() const noexcept {
        return parameters_;
    }

    // Errors: invalid_fields naming every parameter that is not in the list.
    result<> check_names(std::initializer_list<std::string_view> allowed) const;

    // The typed forms: std::nullopt when the parameter is absent. Errors: invalid_fields naming the
    // parameter.
    result<std::optional<std::int64_t>> find_integer(std::string_view name, std::int64_t min,
                                                     std::int64_t max) const;
    result<std::optional<std::chrono::sys_days>> find_date(std::string_view name) const;
    result<std::optional<timestamp>> find_date_time(std::string_view name) const;
    result<std::optional<uuid>> find_uuid(std::string_view name) const;
    // 1 to length_max code points, no control characters.
    result<std::optional<std::string_view>> find_text(std::string_view name, std::size_t length_max) const;
    result<std::optional<std::string_view>>
    find_one_of(std::string_view name, std::initializer_list<std::string_view> allowed) const;
    // "true" or "false".
    result<std::optional<bool>> find_flag(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> parameters_; // in the order they were sent
};

} // namespace kidevent::http
