#include "config/setting_value.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace kidevent::config {
namespace {

struct spelled_unit {
    std::string_view name;
    std::int64_t factor;
};

// Largest first, so that formatting finds the shortest spelling. Milliseconds and bytes.
constexpr std::array<spelled_unit, 5> duration_units{
    {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<spelled_unit, 4> size_units{
    {{"GiB", 1073741824}, {"MiB", 1048576}, {"KiB", 1024}, {"B", 1}}};

struct number_and_unit {
    std::int64_t number;
    std::string_view unit;
};

std::optional<number_and_unit> split_number(std::string_view text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc{}) return std::nullopt;
    return number_and_unit{number, std::string_view(rest, static_cast<std::size_t>(end - rest))};
}

std::optional<std::int64_t> multiply(std::int64_t number, std::int64_t factor) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(number, factor, &product)) return std::nullopt;
    return product;
}

std::optional<std::int64_t> parse_units(std::string_view text, std::span<const spelled_unit> units) {
    const auto parts = split_number(text);
    if (!parts) return std::nullopt;
    for (const auto& unit : units) {
        if (unit.name == parts->unit) return multiply(parts->number, unit.factor);
    }
    return std::nullopt;
}

std::string format_units(std::int64_t value, std::span<const spelled_unit> units) {
    for (const auto& unit : units) {
        const bool exact = value % unit.factor == 0 && (value != 0 || unit.factor == 1);
        if (exact) return std::to_string(value / unit.factor) + std::string(unit.name);
    }
    return std::to_string(value);
}

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string one_of(std::span<const std::string_view> choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
        text += choices[i];
    }
    return text;
}

bool is_choice(std::string_view text, std::span<const std::string_view> choices) {
    for (const auto choice : choices) {
        if (choice == text) return true;
    }
    return false;
}

bool has_control_character(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) return true;
    }
    return false;
}

std::optional<std::string> problem_of_text(const value_rule& rule, std::string_view text) {
    const auto length = static_cast<std::int64_t>(text.size());
    if (!rule.choices.empty() && !is_choice(text, rule.choices)) {
        return "must be " + one_of(rule.choices) + ", found " + quoted(text);
    }
    if (length < rule.min) {
        if (length == 0) return "must not be empty";
        return "must have at least " + std::to_string(rule.min) + " bytes, found " + std::to_string(length);
    }
    if (rule.choices.empty() && length > rule.max) {
        return "must have at most " + std::to_string(rule.max) + " bytes, found " + std::to_string(length);
    }
    if (has_control_character(text)) return "must not have line breaks or other control characters";
    if (rule.check == nullptr) return std::nullopt;
    const char* const complaint = rule.check(text);
    if (complaint == nullptr) return std::nullopt;
    return rule.secret ? std::string(complaint) : std::string(complaint) + ", found " + quoted(text);
}

// Stores a text, a number or a duration; one call operator for each member type.
struct assigner {
    const value_rule& rule;
    std::string_view text;

    std::optional<std::string> operator()(std::string* to) const {
        auto problem = problem_of_text(rule, text);
        if (!problem) *to = std::string(text);
        return problem;
    }

    std::optional<std::string> operator()(std::int64_t* to) const {
        if (rule.unit == value_unit::bytes) return store_size(*to);
        const auto parts = split_number(text);
        if (!parts || !parts->unit.empty()) return "must be a whole number, found " + quoted(text);
        return store(*to, parts->number, std::to_string(rule.min), std::to_string(rule.max));
    }

    std::optional<std::string> operator()(std::chrono::milliseconds* to) const {
        return store_duration(*to, 1);
    }

    std::optional<std::string> operator()(std::chrono::seconds* to) const {
        return store_duration(*to, 1000);
    }

    std::optional<std::string> operator()(std::vector<std::string>* to) const {
        std::vector<std::string> items;
        std::string_view rest = text;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            items.emplace_back(rest.substr(0, comma));
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
        return assign_list(*to, rule, std::move(items));
    }

    std::optional<std::string> operator()(std::vector<pool_settings>*) const {
        return "must be a list of pools, found " + quoted(text);
    }

private:
    template<class Number>
    std::optional<std::string> store(Number& to, std::int64_t value, const std::string& min,
                                     const std::string& max) const {
        if (value < rule.min || value > rule.max) {
            return "must be " + min + " to " + max + ", found " + std::string(text);
        }
        to = Number{value};
        return std::nullopt;
    }

    std::optional<std::string> store_size(std::int64_t& to) const {
        auto bytes = parse_units(text, size_units);
        const auto plain = split_number(text);
        if (!bytes && plain && plain->unit.empty()) bytes = plain->number;
        if (!bytes) return "must be a size such as 512KiB or 1MiB (B, KiB, MiB, GiB), found " + quoted(text);
        return store(to, *bytes, format_size(rule.min), format_size(rule.max));
    }

    template<class Duration>
    std::optional<std::string> store_duration(Duration& to, std::int64_t milliseconds_in_one) const {
        const auto value = parse_units(text, duration_units);
        if (!value) {
            return "must be a duration with its unit such as 500ms, 15s or 2h (ms, s, m, h, d), found "
                   + quoted(text);
        }
        if (*value % milliseconds_in_one != 0) return "must be whole seconds, found " + quoted(text);
        const auto spell = [&](std::int64_t bound) {
            return format_duration(std::chrono::milliseconds(bound * milliseconds_in_one));
        };
        return store(to, *value / milliseconds_in_one, spell(rule.min), spell(rule.max));
    }
};

std::int64_t milliseconds_in_one(value_pointer of) {
    return std::holds_alternative<std::chrono::seconds*>(of) ? 1000 : 1;
}

bool is_duration(value_pointer of) {
    return std::holds_alternative<std::chrono::seconds*>(of)
           || std::holds_alternative<std::chrono::milliseconds*>(of);
}

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items)
        text += (text.empty() ? "" : ",") + item;
    return text;
}

struct formatter {
    const value_rule& rule;

    std::string operator()(const std::string* text) const {
        return rule.secret && !text->empty() ? "***" : *text;
    }
    std::string operator()(const std::int64_t* number) const {
        return rule.unit == value_unit::bytes ? format_size(*number) : std::to_string(*number);
    }
    std::string operator()(const std::chrono::milliseconds* value) const { return format_duration(*value); }
    std::string operator()(const std::chrono::seconds* value) const { return format_duration(*value); }
    std::string operator()(const std::vector<std::string>* items) const {
        return rule.secret && !items->empty() ? "***" : joined(*items);
    }
    std::string operator()(const std::vector<pool_settings>* pools) const {
        std::string text;
        for (const auto& pool : *pools) {
            text += text.empty() ? "[" : ", ";
            text += "{name: " + pool.name + ", processes: " + std::to_string(pool.processes) + ", services: ["
                    + joined(pool.services) + "]}";
        }
        return text.empty() ? "[]" : text + "]";
    }
};

} // namespace

std::optional<std::string> assign_value(value_pointer to, const value_rule& rule, std::string_view text) {
    return std::visit(assigner{rule, text}, to);
}

std::optional<std::string> assign_list(std::vector<std::string>& to, const value_rule& rule,
                                       std::vector<std::string> items) {
    const auto count = static_cast<std::int64_t>(items.size());
    if (count < rule.min || count > rule.max) {
        return "must have " + std::to_string(rule.min) + " to " + std::to_string(rule.max) + " items, found "
               + std::to_string(count);
    }
    const value_rule of_item{.min = 1,
                             .max = std::numeric_limits<std::int64_t>::max(),
                             .secret = rule.secret,
                             .choices = rule.choices,
                             .check = rule.check};
    for (const auto& item : items) {
        if (auto problem = problem_of_text(of_item, item)) return problem;
    }
    to = std::move(items);
    return std::nullopt;
}

std::string format_value(value_pointer of, const value_rule& rule) { return std::visit(formatter{rule}, of); }

std::string_view type_name(value_pointer of, const value_rule& rule) {
    if (is_duration(of)) return "duration";
    if (std::holds_alternative<std::int64_t*>(of)) return rule.unit == value_unit::bytes ? "size" : "integer";
    if (std::holds_alternative<std::vector<std::string>*>(of))
        return rule.secret ? "secret list of texts" : "list of texts";
    if (std::holds_alternative<std::vector<pool_settings>*>(of)) return "list of pools";
    return rule.secret ? "secret text" : "text";
}

std::string format_range(value_pointer of, const value_rule& rule) {
    if (!rule.choices.empty()) return one_of(rule.choices);
    if (is_duration(of)) {
        const auto factor = milliseconds_in_one(of);
        return format_duration(std::chrono::milliseconds(rule.min * factor)) + " to "
               + format_duration(std::chrono::milliseconds(rule.max * factor));
    }
    if (rule.unit == value_unit::bytes) return format_size(rule.min) + " to " + format_size(rule.max);
    const std::string bounds = std::to_string(rule.min) + " to " + std::to_string(rule.max);
    if (std::holds_alternative<std::int64_t*>(of)) return bounds;
    return bounds + (std::holds_alternative<std::string*>(of) ? " bytes long" : " items");
}

std::string format_duration(std::chrono::milliseconds value) {
    return value.count() == 0 ? "0s" : format_units(value.count(), duration_units);
}

std::string format_size(std::int64_t bytes) { return format_units(bytes, size_units); }

} // namespace kidevent::config
