#pragma once
// Splits RFC 4180 text into records, with the line on which each begins. Called by calendar_csv.cpp.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::events {

struct csv_record {
    std::size_t line = 0;             // physical line of the first field, from 1
    std::vector<std::string> fields;  // unquoted; line breaks inside quotes are line feeds
    std::optional<std::string> fault; // why the record is malformed; `fields` is then incomplete
};

class csv_records {
public:
    static constexpr std::size_t fields_max = 256;

    // `bytes` must outlive the object. Takes the separator (comma, semicolon or tab) that occurs most
    // often in the first line.
    explicit csv_records(std::string_view bytes);

    char separator() const noexcept { return separator_; }

    // The next record; lines without any character are skipped. nullopt at the end.
    std::optional<csv_record> next();

private:
    std::string quoted_field(csv_record& of);
    std::string plain_field(csv_record& of);
    void skip_line();
    bool at_line_end() const noexcept { return rest_.empty() || rest_[0] == '\r' || rest_[0] == '\n'; }
    void take_line_end();

    std::string_view rest_;
    char separator_ = ',';
    std::size_t line_ = 1;
};

} // namespace kidevent::events
