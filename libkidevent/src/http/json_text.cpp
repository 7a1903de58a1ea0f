#include "http/json_text.hpp"

#include "http/ascii.hpp"
#include "http/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kidevent::http {

namespace {

namespace json = boost::json;

constexpr double whole_numbers_end = 9007199254740992.0; // 2^53, which 2^53 + 1 is rounded to
constexpr std::size_t pointer_bytes_max = 256;

class json_reader {
public:
    json_reader(std::string_view text, std::size_t depth_max) : text_(text), depth_max_(depth_max) {}

    bool read_document(json::value& into) {
        if (text_.starts_with("\xef\xbb\xbf"))
            return fail("syntax", "a byte order mark may not begin the text");
        if (const auto invalid = find_invalid_utf8(text_)) {
            at_ = *invalid;
            return fail("bad_text", "this byte is not UTF-8");
        }
        if (!read_value(into, 0)) return false;
        skip_blanks();
        return at_ == text_.size() || fail("syntax", "something follows the JSON value");
    }

    refusal why() && { return std::move(*why_); }

private:
    // Where the reader is: names of members, or (with an empty name) positions in arrays.
    struct step {
        const std::string* name;
        std::size_t position;
    };

    std::string pointer() const {
        std::string out;
        for (const step& each : path_) {
            if (out.size() > pointer_bytes_max) break;
            out += '/';
            if (!each.name) {
                out += std::to_string(each.position);
                continue;
            }
            for (const char c : utf8_prefix(*each.name, pointer_bytes_max)) {
                if (c == '~')
                    out += "~0";
                else if (c == '/')
                    out += "~1";
                else
                    out += c;
            }
        }
        return out;
    }

    bool fail(std::string code, const std::string& what) {
        why_ = refuse(errc::malformed_request, pointer(), std::move(code),
                      "byte " + std::to_string(at_) + ": " + what);
        return false;
    }

    bool at_end() const noexcept { return at_ == text_.size(); }
    char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
    void skip_blanks() noexcept {
        while (!at_end()
               && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
            ++at_;
    }
    bool take(char expected) noexcept {
        skip_blanks();
        if (at_end() || text_[at_] != expected) return false;
        ++at_;
        return true;
    }

    bool read_value(json::value& into, std::size_t depth) {
        skip_blanks();
        switch (peek()) {
        case '{': return read_object(into.emplace_object(), depth + 1);
        case '[': return read_array(into.emplace_array(), depth + 1);
        case '"':
            if (!read_string()) return false;
            into.emplace_string().assign(scratch_);
            return true;
        case 't': return read_word("true") && (into.emplace_bool() = true, true);
        case 'f': return read_word("false") && (into.emplace_bool() = false, true);
        case 'n': return read_word("null") && (into.emplace_null(), true);
        default: return read_number(into);
        }
    }

    bool read_word(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) return fail("syntax", "a JSON value was expected");
        at_ += word.size();
        return true;
    }

    bool check_depth(std::size_t depth) {
        if (depth <= depth_max_) return true;
        return fail("too_deep",
                    "objects and arrays may be nested at most " + std::to_string(depth_max_) + " deep");
    }

    bool read_object(json::object& into, std::size_t depth) {
        if (!check_depth(depth)) return false;
        ++at_;
        if (take('}')) return true;
        std::string name;
        do {
            skip_blanks();
            if (peek() != '"') return fail("syntax", "the name of a member was expected");
            const std::size_t name_at = at_;
            if (!read_string()) return false;
            name = scratch_;
            path_.push_back({&name, 0});
            const auto [member, is_new] = into.emplace(name, nullptr);
            if (!is_new || into.size() > json_members_max) {
                at_ = name_at;
                return is_new ? fail("too_many", "an object may have at most "
                                                     + std::to_string(json_members_max) + " members")
                              : fail("duplicate", "this name occurs twice in the object");
            }
            if (!take(':')) return fail("syntax", "':' was expected");
            if (!read_value(member->value(), depth)) return false;
            path_.pop_back();
        } while (take(','));
        return take('}') || fail("syntax", "',' or '}' was expected");
    }

    bool read_array(json::array& into, std::size_t depth) {
        if (!check_depth(depth)) return false;
        ++at_;
        if (take(']')) return true;
        path_.push_back({nullptr, 0});
        do {
            path_.back().position = into.size();
            if (!read_value(into.emplace_back(nullptr), depth)) return false;
        } while (take(','));
        path_.pop_back();
        return take(']') || fail("syntax", "',' or ']' was expected");
    }

    // Reads a string into scratch_.
    bool read_string() {
        scratch_.clear();
        ++at_;
        std::size_t clean_from = at_;
        for (;; ++at_) {
            if (at_end()) return fail("syntax", "the text ends inside a string");
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) < 0x20)
                return fail("bad_text", "control characters in strings must be escaped");
            if (c != '"' && c != '\\') continue;
            scratch_.append(text_, clean_from, at_ - clean_from);
            if (c == '"') break;
            if (!read_escape()) return false;
            clean_from = at_ + 1;
        }
        ++at_;
        return true;
    }

    // Enters at the backslash, leaves at the last byte of the escape.
    bool read_escape() {
        const std::size_t escape_at = at_++;
        switch (peek()) {
        case '"': scratch_ += '"'; return true;
        case '\\': scratch_ += '\\'; return true;
        case '/': scratch_ += '/'; return true;
        case 'b': scratch_ += '\b'; return true;
        case 'f': scratch_ += '\f'; return true;
        case 'n': scratch_ += '\n'; return true;
        case 'r': scratch_ += '\r'; return true;
        case 't': scratch_ += '\t'; return true;
        case 'u': return read_unicode_escape(escape_at);
        default: return fail("syntax", "this escape does not exist");
        }
    }

    bool read_unicode_escape(std::size_t escape_at) {
        std::optional<char32_t> code_point = read_four_digits();
        if (!code_point) return fail("syntax", "four hexadecimal digits must follow \\u");
        if (*code_point >= 0xd800 && *code_point < 0xdc00 && text_.substr(at_ + 1, 2) == "\\u") {
            at_ += 2;
            const std::optional<char32_t> low = read_four_digits();
            if (!low) return fail("syntax", "four hexadecimal digits must follow \\u");
            if (*low >= 0xdc00 && *low < 0xe000)
                code_point = 0x10000 + ((*code_point - 0xd800) << 10U) + (*low - 0xdc00);
        }
        if ((*code_point >= 0xd800 && *code_point < 0xe000) || *code_point == 0) {
            at_ = escape_at;
            return fail("bad_text",
                        *code_point == 0 ? "the character U+0000 is not taken" : "half of a surrogate pair");
        }
        append_utf8(scratch_, *code_point);
        return true;
    }

    // Enters at the 'u', leaves at the last digit.
    std::optional<char32_t> read_four_digits() noexcept {
        if (text_.size() - at_ < 5) return std::nullopt;
        std::uint32_t code_unit = 0;
        const char* const first = text_.data() + at_ + 1;
        const auto [end, failure] = std::from_chars(first, first + 4, code_unit, 16);
        if (failure != std::errc{} || end != first + 4) return std::nullopt;
        at_ += 4;
        return char32_t{code_unit};
    }

    std::size_t skip_digits() noexcept {
        const std::size_t from = at_;
        while (is_digit(peek()))
            ++at_;
        return at_ - from;
    }

    bool read_number(json::value& into) {
        const std::size_t from = at_;
        if (peek() == '-') ++at_;
        const bool has_leading_zero = peek() == '0';
        const std::size_t whole_digits = skip_digits();
        if (whole_digits == 0) {
            at_ = from;
            return fail("syntax", "a JSON value was expected");
        }
        if (has_leading_zero && whole_digits > 1) {
            at_ = from;
            return fail("syntax", "a number may not begin with a zero");
        }
        bool is_plain = true;
        if (peek() == '.') {
            is_plain = false;
            ++at_;
            if (skip_digits() == 0) return fail("syntax", "a digit was expected");
        }
        if (peek() == 'e' || peek() == 'E') {
            is_plain = false;
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (skip_digits() == 0) return fail("syntax", "a digit was expected");
        }
        return store_number(into, from, is_plain);
    }

    bool store_number(json::value& into, std::size_t from, bool is_plain) {
        const char* const first = text_.data() + from;
        const char* const last = text_.data() + at_;
        std::int64_t whole = 0;
        if (is_plain && std::from_chars(first, last, whole).ec == std::errc{}) {
            into.emplace_int64() = whole;
            return true;
        }
        double number = 0;
        // A number nearer to zero than any double is reported as out of range as well.
        const bool in_range = std::from_chars(first, last, number).ec == std::errc{};
        if (is_plain || !in_range || !(std::abs(number) < whole_numbers_end)) {
            at_ = from;
            return fail("bad_number", "this number is too large or too small to be kept exactly");
        }
        if (number == std::floor(number))
            into.emplace_int64() = static_cast<std::int64_t>(number);
        else
            into.emplace_double() = number;
        return true;
    }

    std::string_view text_;
    std::size_t depth_max_;
    std::size_t at_ = 0;
    std::string scratch_;
    std::vector<step> path_;
    std::optional<refusal> why_;
};

} // namespace

result<json::value> parse_json(std::string_view text, std::size_t depth_max) {
    // One arena for the document: its parts are freed together. Values copied out of it own their memory.
    json::value document(json::make_shared_resource<json::monotonic_resource>());
    json_reader reader{text, depth_max};
    if (!reader.read_document(document)) return std::move(reader).why();
    return document;
}

} // namespace kidevent::http
