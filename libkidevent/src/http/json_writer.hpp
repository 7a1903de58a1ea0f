#pragma once
// Writes JSON onto a string without building a document first: the hot path of every answer. Commas are its
// business, the nesting is the caller's.

#include "core/time_text.hpp"
#include "core/uuid.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kidevent::http {

// Appends the text in quotation marks. `text` must be UTF-8; '<', '>' and '&' stay as they are, because the
// answer is never HTML (nosniff).
inline void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    out += '"';
    std::size_t clean_from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f) continue;
        out.append(text, clean_from, i - clean_from);
        clean_from = i + 1;
        switch (byte) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            out += "\\u00";
            out += hexadecimal[byte >> 4U];
            out += hexadecimal[byte & 0xfU];
        }
    }
    out.append(text, clean_from, text.size() - clean_from);
    out += '"';
}

class json_writer {
public:
    // `out` must outlive the writer; what it holds already stays in front.
    explicit json_writer(std::string& out) noexcept : out_(out) {}
    json_writer(const json_writer&) = delete;
    json_writer& operator=(const json_writer&) = delete;

    json_writer& begin_object() { return open('{'); }
    json_writer& end_object() { return close('}'); }
    json_writer& begin_array() { return open('['); }
    json_writer& end_array() { return close(']'); }

    json_writer& key(std::string_view name) {
        separate();
        append_json_string(out_, name);
        out_ += ':';
        comma_due_ = false;
        return *this;
    }

    json_writer& value(std::string_view text) {
        separate();
        append_json_string(out_, text);
        return *this;
    }
    // Otherwise a literal would convert to bool.
    json_writer& value(const char* text) { return value(std::string_view{text}); }
    json_writer& value(const std::string& text) { return value(std::string_view{text}); }

    template<class T>
    requires std::same_as<T, bool> json_writer& value(T yes) { return raw(yes ? "true" : "false"); }

    template<std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>) json_writer& value(T number) {
        std::array<char, 24> text;
        const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
        return raw({text.data(), static_cast<std::size_t>(end - text.data())});
    }

    // Shortest form that reads back as the same number. Throws std::invalid_argument for NaN and infinities.
    json_writer& value(double number) {
        if (!std::isfinite(number)) throw std::invalid_argument("JSON has no NaN and no infinity");
        std::array<char, 32> text;
        const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
        return raw({text.data(), static_cast<std::size_t>(end - text.data())});
    }

    json_writer& value(const uuid& id) {
        separate();
        out_ += '"';
        append_to(out_, id);
        out_ += '"';
        return *this;
    }
    template<class Tag> json_writer& value(const strong_id<Tag>& id) { return value(id.value); }

    // RFC 3339 in UTC.
    json_writer& value(timestamp when) {
        separate();
        out_ += '"';
        append_rfc3339(out_, when);
        out_ += '"';
        return *this;
    }
    json_writer& value(std::chrono::sys_days day) {
        separate();
        out_ += '"';
        append_date(out_, day);
        out_ += '"';
        return *this;
    }

    json_writer& value(std::nullptr_t) { return raw("null"); }
    template<class T> json_writer& value(const std::optional<T>& maybe) {
        return maybe ? value(*maybe) : value(nullptr);
    }

    // Text that is one JSON value already.
    json_writer& raw(std::string_view json) {
        separate();
        out_ += json;
        return *this;
    }

    template<class T> json_writer& member(std::string_view name, const T& of) {
        key(name);
        return value(of);
    }

private:
    void separate() {
        if (comma_due_) out_ += ',';
        comma_due_ = true;
    }
    json_writer& open(char bracket) {
        separate();
        out_ += bracket;
        comma_due_ = false;
        return *this;
    }
    json_writer& close(char bracket) {
        out_ += bracket;
        comma_due_ = true;
        return *this;
    }

    std::string& out_;
    bool comma_due_ = false;
};

} // namespace kidevent::http
