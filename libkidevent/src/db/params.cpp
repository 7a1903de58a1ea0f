#include "db/params.hpp"

#include "core/time_text.hpp"

#include <charconv>
#include <stdexcept>

namespace kidevent::db {

namespace {

void append_number(std::string& out, std::int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

} // namespace

std::vector<const char*> params::pointers() const {
    std::vector<const char*> found(ends_.size());
    std::ptrdiff_t start = 0;
    for (std::size_t i = 0; i < ends_.size(); ++i) {
        if (ends_[i] < 0) continue;
        found[i] = text_.data() + start;
        start = ends_[i];
    }
    return found;
}

void params::end_value() {
    text_ += '\0';
    ends_.push_back(static_cast<std::ptrdiff_t>(text_.size()));
}

void params::add_null() { ends_.push_back(-1); }

void params::add(std::string_view text) {
    // PostgreSQL would cut the value there.
    if (text.find('\0') != std::string_view::npos)
        throw std::invalid_argument("a query parameter holds a NUL");
    text_ += text;
    end_value();
}

void params::add(std::int64_t value) {
    append_number(text_, value);
    end_value();
}

void params::add(const uuid& id) {
    append_to(text_, id);
    end_value();
}

void params::add(timestamp when) {
    append_rfc3339(text_, when);
    end_value();
}

void params::add(std::chrono::sys_days day) {
    append_date(text_, day);
    end_value();
}

void params::add(bytes_view value) {
    static constexpr char digits[] = "0123456789abcdef";
    text_ += "\\x";
    for (const std::byte each : value.bytes) {
        const auto byte = std::to_integer<unsigned>(each);
        text_ += digits[byte >> 4];
        text_ += digits[byte & 15];
    }
    end_value();
}

void params::add(const std::vector<uuid>& ids) {
    text_ += '{';
    for (const uuid& id : ids) {
        if (text_.back() != '{') text_ += ',';
        append_to(text_, id);
    }
    text_ += '}';
    end_value();
}

void params::add(const std::vector<std::int64_t>& values) {
    text_ += '{';
    for (const std::int64_t value : values) {
        if (text_.back() != '{') text_ += ',';
        append_number(text_, value);
    }
    text_ += '}';
    end_value();
}

} // namespace kidevent::db
