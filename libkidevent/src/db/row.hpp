#pragma once
// What a statement answered: rows of typed columns, read from PostgreSQL's binary format without a copy.

#include "core/clock.hpp"
#include "core/uuid.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pg_result; // libpq's

namespace kidevent::db {

// One row; a view, valid while its result_set lives.
class row {
public:
    row(const pg_result* of, int index) noexcept : of_(of), index_(index) {}

    // Reads column `column` (from 0). T: bool, int, std::int64_t, uuid, strong_id, std::string_view,
    // std::string, timestamp, std::chrono::sys_days, or std::optional of one. Throws std::logic_error when
    // the column has another type or is null where T cannot be: the query and its reader disagree.
    template<class T> T get(int column) const { return read(column, static_cast<T*>(nullptr)); }
    bool is_null(int column) const noexcept;

private:
    bool read(int column, bool*) const;
    int read(int column, int*) const;
    std::int64_t read(int column, std::int64_t*) const;
    uuid read(int column, uuid*) const;
    std::string_view read(int column, std::string_view*) const;
    std::string read(int column, std::string*) const { return std::string{get<std::string_view>(column)}; }
    timestamp read(int column, timestamp*) const;
    std::chrono::sys_days read(int column, std::chrono::sys_days*) const;
    template<class Tag> strong_id<Tag> read(int column, strong_id<Tag>*) const {
        return strong_id<Tag>{get<uuid>(column)};
    }
    template<class T> std::optional<T> read(int column, std::optional<T>*) const {
        if (is_null(column)) return std::nullopt;
        return get<T>(column);
    }

    const pg_result* of_;
    int index_;
};

class result_set {
public:
    result_set() = default;
    explicit result_set(pg_result* owned) noexcept : owned_(owned) {}

    int size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    const pg_result* raw() const noexcept { return owned_.get(); } // for db/
    row operator[](int index) const noexcept { return {owned_.get(), index}; }
    row front() const noexcept { return (*this)[0]; }
    // Rows that an INSERT, UPDATE or DELETE touched.
    std::int64_t rows_affected() const;

    class iterator {
    public:
        iterator(const pg_result* of, int index) noexcept : of_(of), index_(index) {}
        row operator*() const noexcept { return {of_, index_}; }
        iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        bool operator==(const iterator&) const = default;

    private:
        const pg_result* of_;
        int index_;
    };
    iterator begin() const noexcept { return {owned_.get(), 0}; }
    iterator end() const noexcept { return {owned_.get(), size()}; }

private:
    struct free_result {
        void operator()(pg_result* result) const noexcept;
    };
    std::unique_ptr<pg_result, free_result> owned_;
};

} // namespace kidevent::db
