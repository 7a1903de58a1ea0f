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
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kidevent::http {

inline bool is_plain_json(unsigned char byte) noexcept {
    return byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f;
}

// Whether nothing of the text must be escaped. Eight bytes at a time, because that is so nearly always.
inline bool is_plain_json(std::string_view text) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t tops = ones << 7U;
    const auto has_byte = [](std::uint64_t in, std::uint64_t byte) {
        const std::uint64_t zero_where_found = in ^ (ones * byte);
        return ((zero_where_found - ones) & ~zero_where_found & tops) != 0;
    };
    std::size_t at = 0;
    for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, text.data() + at, sizeof eight);
        const bool has_control = ((eight - ones * 0x20) & ~eight & tops) != 0;
        if (has_control || has_byte(eight, '"') || has_byte(eight, '\\') || has_byte(eight, 0x7f))
            return false;
    }
    for (; at < text.size(); ++at)
        if (!is_plain_json(static_cast<unsigned char>(text[at]))) return false;
    return true;
}

// Appends the text in quotation marks. `text` must be UTF-8; '<', '>' and '&' stay as they are, because the
// answer is never HTML (nosniff).
inline void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    out += '"';
    std::size_t clean_from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (is_plain_json(byte)) continue;
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
        if (name.size() <= short_bytes_max && is_plain_json(name)) {
            piece<short_bytes_max + 4>{*this}.add('"').add(name).add('"').add(':').append();
        } else {
            separate();
            append_json_string(out_, name);
            out_ += ':';
        }
        comma_due_ = false;
        return *this;
    }

    json_writer& value(std::string_view text) {
        if (text.size() <= short_bytes_max && is_plain_json(text)) {
            piece<short_bytes_max + 3>{*this}.add('"').add(text).add('"').append();
            return *this;
        }
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
        constexpr std::size_t digits_max = 20;
        piece<digits_max + 1> text{*this};
        text.grow(std::to_chars(text.end(), text.end() + digits_max, number).ptr).append();
        return *this;
    }

    // Shortest form that reads back as the same number. Throws std::invalid_argument for NaN and infinities.
    json_writer& value(double number) {
        if (!std::isfinite(number)) throw std::invalid_argument("JSON has no NaN and no infinity");
        std::array<char, 32> text;
        const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
        return raw({text.data(), static_cast<std::size_t>(end - text.data())});
    }

    json_writer& value(const uuid& id) {
        piece<uuid_text_bytes + 3> text{*this};
        text.add('"').grow(put_uuid(text.end(), id)).add('"').append();
        return *this;
    }
    template<class Tag> json_writer& value(const strong_id<Tag>& id) { return value(id.value); }

    // RFC 3339 in UTC.
    json_writer& value(timestamp when) {
        piece<rfc3339_bytes_max + 3> text{*this};
        text.add('"').grow(put_rfc3339(text.end(), when)).add('"').append();
        return *this;
    }
    json_writer& value(std::chrono::sys_days day) {
        piece<date_bytes + 3> text{*this};
        text.add('"').grow(put_date(text.end(), day)).add('"').append();
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
    static constexpr std::size_t short_bytes_max = 124;

    // A value that is put together before it is appended, because appending byte by byte costs a call for
    // each. Begins with the comma that is due.
    template<std::size_t Bytes> class piece {
    public:
        explicit piece(json_writer& to) noexcept : to_(to) {
            if (to.comma_due_) *end_++ = ',';
            to.comma_due_ = true;
        }
        piece(const piece&) = delete;
        piece& operator=(const piece&) = delete;

        piece& add(char one) noexcept {
            *end_++ = one;
            return *this;
        }
        piece& add(std::string_view text) noexcept {
            end_ += text.copy(end_, text.size());
            return *this;
        }
        char* end() noexcept { return end_; }
        piece& grow(char* new_end) noexcept {
            end_ = new_end;
            return *this;
        }
        void append() const { to_.out_.append(bytes_, static_cast<std::size_t>(end_ - bytes_)); }

    private:
        json_writer& to_;
        char bytes_[Bytes];
        char* end_ = bytes_;
    };

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
