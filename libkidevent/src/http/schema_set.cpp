#include "http/schema_set.hpp"

#include "http/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace kidevent::http {

namespace json = boost::json;

// One check of one value: the place it is at, and what it found.
class schema_check {
public:
    explicit schema_check(const schema_set& set) : set_(set) {}

    void check(const json_schema& schema, const json::value& value) {
        const json_schema* resolved = &schema;
        while (!resolved->reference.empty())
            resolved = &set_.at(resolved->reference);
        check_resolved(*resolved, value);
    }

    std::vector<field_error> errors() && { return std::move(errors_); }

private:
    static constexpr std::size_t name_bytes_max = 128;

    // Extends the pointer for as long as it lives.
    class inside {
    public:
        inside(std::string& pointer, std::string_view name) : pointer_(pointer), size_(pointer.size()) {
            pointer_ += '/';
            const std::string_view shown = utf8_prefix(name, name_bytes_max);
            for (const char c : shown) {
                if (c == '~')
                    pointer_ += "~0";
                else if (c == '/')
                    pointer_ += "~1";
                else
                    pointer_ += c;
            }
            if (shown.size() < name.size()) pointer_ += "...";
        }
        ~inside() { pointer_.resize(size_); }
        inside(const inside&) = delete;
        inside& operator=(const inside&) = delete;

    private:
        std::string& pointer_;
        std::size_t size_;
    };

    bool is_full() const noexcept { return errors_.size() >= schema_set::errors_max; }
    void add(std::string code, std::string detail) {
        if (!is_full()) errors_.push_back({pointer_, std::move(code), std::move(detail)});
    }

    void check_resolved(const json_schema& schema, const json::value& value) {
        if (is_full()) return;
        if (schema.types != 0 && (schema.types & type_of(value)) == 0)
            return add("wrong_type", "must be " + types_text(schema.types));
        if (!schema.allowed.empty()
            && std::find(schema.allowed.begin(), schema.allowed.end(), value) == schema.allowed.end())
            return add("not_allowed", allowed_text(schema.allowed));
        if (value.is_string())
            check_text(schema, value.get_string());
        else if (value.is_number())
            check_number(schema, value);
        else if (value.is_array())
            check_array(schema, value.get_array());
        else if (value.is_object())
            check_object(schema, value.get_object());
    }

    static unsigned type_of(const json::value& value) noexcept {
        switch (value.kind()) {
        case json::kind::null: return json_schema::null_bit;
        case json::kind::bool_: return json_schema::boolean_bit;
        case json::kind::int64:
        case json::kind::uint64: return json_schema::integer_bit;
        case json::kind::double_: return json_schema::number_bit;
        case json::kind::string: return json_schema::string_bit;
        case json::kind::array: return json_schema::array_bit;
        case json::kind::object: return json_schema::object_bit;
        }
        return 0;
    }

    static std::string types_text(unsigned types) {
        std::string out;
        const auto append = [&](unsigned bit, std::string_view name) {
            if ((types & bit) == 0) return;
            if (!out.empty()) out += " or ";
            out += name;
        };
        append(json_schema::string_bit, "text");
        if ((types & json_schema::number_bit) != 0)
            append(json_schema::number_bit, "a number");
        else
            append(json_schema::integer_bit, "a whole number");
        append(json_schema::boolean_bit, "true or false");
        append(json_schema::array_bit, "a list");
        append(json_schema::object_bit, "an object");
        append(json_schema::null_bit, "null");
        return out;
    }

    static std::string allowed_text(const std::vector<json::value>& allowed) {
        std::string out = allowed.size() == 1 ? "must be " : "must be one of ";
        for (const json::value& each : allowed) {
            if (&each != &allowed.front()) out += ", ";
            out += json::serialize(each);
        }
        return out;
    }

    void check_text(const json_schema& schema, std::string_view text) {
        if (has_deceptive_characters(text))
            return add("bad_format",
                       "must not hold control characters or characters that change the writing direction");
        const bool is_blank = text.find_first_not_of(" \t\n") == std::string_view::npos;
        const std::size_t length = count_code_points(text);
        if (schema.length_min && *schema.length_min > 0 && is_blank)
            return add("too_short", "must not be blank");
        if (schema.length_min && length < *schema.length_min)
            return add("too_short", "must have at least " + counted(*schema.length_min, "character"));
        if (schema.length_max && length > *schema.length_max)
            return add("too_long", "must have at most " + counted(*schema.length_max, "character"));
        if (schema.format && !has_format(text, *schema.format))
            add("bad_format", std::string{demand_of(*schema.format)});
    }

    static std::string counted(std::uint64_t count, const std::string& thing) {
        return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
    }

    // Whole bounds are written as whole numbers.
    static std::string number_text(double number) {
        if (number == static_cast<double>(static_cast<std::int64_t>(number)))
            return std::to_string(static_cast<std::int64_t>(number));
        return json::serialize(json::value(number));
    }

    void check_number(const json_schema& schema, const json::value& value) {
        const auto number = value.to_number<double>();
        if (schema.minimum && number < *schema.minimum)
            add("too_small", "must be " + number_text(*schema.minimum) + " or more");
        if (schema.maximum && number > *schema.maximum)
            add("too_large", "must be " + number_text(*schema.maximum) + " or less");
    }

    void check_array(const json_schema& schema, const json::array& array) {
        if (schema.items_min && array.size() < *schema.items_min)
            add("too_few", "must have at least " + counted(*schema.items_min, "item"));
        // What is too long is not looked at any further: its length is the sender's choice.
        if (schema.items_max && array.size() > *schema.items_max)
            return add("too_many", "must have at most " + counted(*schema.items_max, "item"));
        for (std::size_t i = 0; i < array.size() && !is_full(); ++i) {
            const inside at{pointer_, std::to_string(i)};
            if (schema.items_unique
                && std::find(array.begin(), array.begin() + i, array[i]) != array.begin() + i)
                add("duplicate", "occurs more than once in the list");
            if (schema.items) check(*schema.items, array[i]);
        }
    }

    void check_object(const json_schema& schema, const json::object& object) {
        for (const std::string& name : schema.required) {
            if (object.contains(name)) continue;
            const inside at{pointer_, name};
            add("required", "is missing");
        }
        if (schema.properties_min && object.size() < *schema.properties_min)
            add("too_few", "must have at least " + counted(*schema.properties_min, "member"));
        for (const auto& member : object) {
            if (is_full()) return;
            const inside at{pointer_, member.key()};
            if (const json_schema* property = schema.find_property(member.key()))
                check(*property, member.value());
            else if (schema.additional)
                check(*schema.additional, member.value());
            else if (!schema.additional_allowed)
                add("unknown", "is not a known field");
        }
    }

    const schema_set& set_;
    std::string pointer_;
    std::vector<field_error> errors_;
};

schema_set::schema_set(const json::object& components) {
    for (const auto& member : components) {
        const std::string name{member.key()};
        schemas_.emplace(name, json_schema::parse(member.value(), name));
    }
    for (const auto& [name, schema] : schemas_)
        check_references(schema, name);
}

void schema_set::check_references(const json_schema& from, const std::string& where) const {
    std::set<std::string_view> seen;
    for (const json_schema* at = &from; !at->reference.empty();) {
        const auto next = schemas_.find(at->reference);
        if (next == schemas_.end())
            throw std::logic_error("schema " + where + ": $ref: no schema " + at->reference);
        if (!seen.insert(next->first).second)
            throw std::logic_error("schema " + where + ": $ref: leads in a circle");
        at = &next->second;
    }
    for (const auto& [name, property] : from.properties)
        check_references(property, where + "/" + name);
    if (from.items) check_references(*from.items, where + "/items");
    if (from.additional) check_references(*from.additional, where + "/*");
}

const json_schema& schema_set::at(std::string_view schema_name) const {
    const auto found = schemas_.find(schema_name);
    if (found == schemas_.end()) throw std::logic_error("no schema " + std::string{schema_name});
    return found->second;
}

std::vector<field_error> schema_set::validate(std::string_view schema_name, const json::value& value) const {
    schema_check check{*this};
    check.check(at(schema_name), value);
    return std::move(check).errors();
}

result<> schema_set::check(std::string_view schema_name, const json::value& value) const {
    std::vector<field_error> errors = validate(schema_name, value);
    if (errors.empty()) return {};
    return refusal{errc::invalid_fields, std::move(errors), 0};
}

} // namespace kidevent::http
