#include "http/query_string.hpp"

#include "core/time_text.hpp"
#include "http/ascii.hpp"
#include "http/percent.hpp"
#include "http/text_format.hpp"
#include "http/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace kidevent::http {

namespace {

refusal invalid(std::string_view name, std::string code, std::string detail) {
    return refuse(errc::invalid_fields, std::string{utf8_prefix(name, 128)}, std::move(code),
                  std::move(detail));
}

refusal malformed(std::string detail) {
    return refuse(errc::malformed_request, "query", "bad_format", std::move(detail));
}

std::string joined(std::initializer_list<std::string_view> texts) {
    std::string out;
    for (const std::string_view text : texts) {
        if (!out.empty()) out += ", ";
        out += text;
    }
    return out;
}

bool is_clean(std::string_view text) noexcept {
    return is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

// Parses a parameter that is there with `parse`; it has the format whose name people know.
template<class T, class Parse>
result<std::optional<T>> find_parsed(std::optional<std::string_view> text, std::string_view name,
                                     text_format format, Parse parse) {
    if (!text) return std::optional<T>{};
    std::optional<T> value = parse(*text);
    if (!value) return invalid(name, "bad_format", std::string{demand_of(format)});
    return value;
}

} // namespace

result<query_string> query_string::parse(std::string_view text) {
    query_string out;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const std::size_t separator = std::min(pair.find('='), pair.size());
        std::optional<std::string> name = form_decoded(pair.substr(0, separator));
        std::optional<std::string> value = form_decoded(pair.substr(std::min(separator + 1, pair.size())));
        if (!name || !value) return malformed("a '%' is not followed by two hexadecimal digits");
        if (!is_clean(*name) || !is_clean(*value))
            return malformed("the query has control characters or is not UTF-8");
        if (name->empty()) return malformed("a parameter has no name");
        if (out.find(*name)) return invalid(*name, "duplicate", "may be given only once");
        if (out.parameters_.size() == parameters_max) return malformed("the query has too many parameters");
        out.parameters_.emplace_back(std::move(*name), std::move(*value));
    }
    return out;
}

std::optional<std::string_view> query_string::find(std::string_view name) const noexcept {
    for (const auto& [known, value] : parameters_)
        if (known == name) return std::string_view{value};
    return std::nullopt;
}

result<> query_string::check_names(std::initializer_list<std::string_view> allowed) const {
    refusal why = refuse(errc::invalid_fields);
    for (const auto& [name, value] : parameters_)
        if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
            why.fields.push_back(
                {std::string{utf8_prefix(name, 128)}, "unknown", "is not a known parameter"});
    if (why.fields.empty()) return {};
    return why;
}

result<std::optional<std::int64_t>> query_string::find_integer(std::string_view name, std::int64_t min,
                                                               std::int64_t max) const {
    const auto text = find(name);
    if (!text) return std::optional<std::int64_t>{};
    std::int64_t number = 0;
    const char* const last = text->data() + text->size();
    const auto [end, failure] = std::from_chars(text->data(), last, number);
    if (failure == std::errc::invalid_argument || end != last)
        return invalid(name, "wrong_type", "must be a whole number");
    const bool is_negative = text->front() == '-';
    const bool overflows = failure != std::errc{};
    if ((overflows && is_negative) || (!overflows && number < min))
        return invalid(name, "too_small", "must be " + std::to_string(min) + " or more");
    if (overflows || number > max)
        return invalid(name, "too_large", "must be " + std::to_string(max) + " or less");
    return std::optional<std::int64_t>{number};
}

result<std::optional<std::chrono::sys_days>> query_string::find_date(std::string_view name) const {
    return find_parsed<std::chrono::sys_days>(find(name), name, text_format::date, parse_date);
}

result<std::optional<timestamp>> query_string::find_date_time(std::string_view name) const {
    return find_parsed<timestamp>(find(name), name, text_format::date_time, parse_rfc3339);
}

result<std::optional<uuid>> query_string::find_uuid(std::string_view name) const {
    return find_parsed<uuid>(find(name), name, text_format::uuid, parse_uuid);
}

result<std::optional<std::string_view>> query_string::find_text(std::string_view name,
                                                                std::size_t length_max) const {
    const auto text = find(name);
    if (!text) return std::optional<std::string_view>{};
    if (text->find_first_not_of(' ') == std::string_view::npos)
        return invalid(name, "too_short", "must not be blank");
    if (count_code_points(*text) > length_max)
        return invalid(name, "too_long", "must have at most " + std::to_string(length_max) + " characters");
    if (has_deceptive_characters(*text))
        return invalid(name, "bad_format",
                       "must not hold control characters or characters that change the writing direction");
    return text;
}

result<std::optional<std::string_view>>
query_string::find_one_of(std::string_view name, std::initializer_list<std::string_view> allowed) const {
    const auto text = find(name);
    if (text && std::find(allowed.begin(), allowed.end(), *text) == allowed.end())
        return invalid(name, "not_allowed", "must be one of " + joined(allowed));
    return text;
}

result<std::optional<bool>> query_string::find_flag(std::string_view name) const {
    const auto text = find_one_of(name, {"true", "false"});
    if (!text) return text.error();
    if (!*text) return std::optional<bool>{};
    return std::optional<bool>{**text == "true"};
}

} // namespace kidevent::http
