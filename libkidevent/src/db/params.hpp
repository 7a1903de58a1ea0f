#pragma once
// The parameters of one statement, in PostgreSQL's text form. Values never become part of an SQL text.

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "core/uuid.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::db {

// Bytes for a bytea parameter.
struct bytes_view {
    std::span<const std::byte> bytes;
};

class params {
public:
    template<class... Values> explicit params(const Values&... values) {
        ends_.reserve(sizeof...(values));
        (add(values), ...);
    }

    std::size_t size() const noexcept { return ends_.size(); }
    bool operator==(const params&) const = default;
    // Pointers to zero-terminated texts (null pointers for SQL null), valid while this object is not changed.
    std::vector<const char*> pointers() const;

private:
    void add(std::string_view text); // throws std::invalid_argument when it holds a NUL
    void add(const std::string& text) { add(std::string_view{text}); }
    void add(const char* text) { add(std::string_view{text}); }
    void add(const secret& hidden) { add(std::string_view{hidden.reveal()}); }
    void add(bool value) { add(std::string_view{value ? "t" : "f"}); }
    void add(std::int64_t value);
    void add(int value) { add(std::int64_t{value}); }
    void add(std::size_t value) { add(static_cast<std::int64_t>(value)); }
    void add(const uuid& id);
    void add(timestamp when);
    void add(std::chrono::sys_days day);
    void add(std::chrono::seconds length) { add(static_cast<std::int64_t>(length.count())); }
    void add(bytes_view value);
    void add(std::nullopt_t) { add_null(); }
    template<class Tag> void add(const strong_id<Tag>& id) { add(id.value); }
    template<class T> void add(const std::optional<T>& value) {
        if (value)
            add(*value);
        else
            add_null();
    }
    void add(const std::vector<uuid>& ids);
    void add(const std::vector<std::int64_t>& values);
    template<class Tag> void add(const std::vector<strong_id<Tag>>& ids) {
        std::vector<uuid> plain;
        plain.reserve(ids.size());
        for (const auto& id : ids)
            plain.push_back(id.value);
        add(plain);
    }
    void add_null();
    void end_value();

    std::string text_;                 // all values, each followed by a NUL
    std::vector<std::ptrdiff_t> ends_; // one past each value's NUL; negative: null
};

} // namespace kidevent::db
