#include "events/csv_records.hpp"

#include "events/calendar_text.hpp"

#include <algorithm>

namespace kidevent::events {
namespace {

char most_frequent_separator(std::string_view bytes) {
    char found = ',';
    std::ptrdiff_t most = 0;
    const std::string_view header = bytes.substr(0, bytes.find_first_of("\r\n"));
    for (const char candidate : {',', ';', '\t'}) {
        const std::ptrdiff_t times = std::count(header.begin(), header.end(), candidate);
        if (times > most) {
            most = times;
            found = candidate;
        }
    }
    return found;
}

} // namespace

csv_records::csv_records(std::string_view bytes)
    : rest_(without_bom(bytes)), separator_(most_frequent_separator(rest_)) {}

void csv_records::take_line_end() {
    if (rest_.empty()) return;
    rest_.remove_prefix(rest_.starts_with("\r\n") ? 2 : 1);
    ++line_;
}

void csv_records::skip_line() { rest_.remove_prefix(std::min(rest_.find_first_of("\r\n"), rest_.size())); }

std::string csv_records::quoted_field(csv_record& of) {
    const std::size_t opened = line_;
    std::string field;
    rest_.remove_prefix(1);
    for (;;) {
        const std::size_t plain = std::min(rest_.find_first_of("\"\r\n"), rest_.size());
        field += rest_.substr(0, plain);
        rest_.remove_prefix(plain);
        if (rest_.empty()) {
            of.fault = "the quote that is opened on line " + std::to_string(opened) + " is never closed";
            return field;
        }
        if (rest_[0] != '"') {
            field += '\n';
            take_line_end();
        } else if (rest_.starts_with("\"\"")) {
            field += '"';
            rest_.remove_prefix(2);
        } else {
            rest_.remove_prefix(1);
            if (!at_line_end() && rest_[0] != separator_) {
                of.fault = "text follows the closing quote of field " + std::to_string(of.fields.size() + 1);
            }
            return field;
        }
    }
}

std::string csv_records::plain_field(csv_record& of) {
    const char ends[] = {separator_, '\r', '\n', '"', '\0'};
    const std::size_t length = std::min(rest_.find_first_of(ends), rest_.size());
    std::string field{rest_.substr(0, length)};
    rest_.remove_prefix(length);
    if (!rest_.empty() && rest_[0] == '"') {
        of.fault = "field " + std::to_string(of.fields.size() + 1)
                   + " has a quote inside; put the whole field in quotes and double that one";
    }
    return field;
}

std::optional<csv_record> csv_records::next() {
    while (!rest_.empty() && at_line_end())
        take_line_end();
    if (rest_.empty()) return std::nullopt;
    csv_record record;
    record.line = line_;
    for (;;) {
        std::string field = rest_.starts_with('"') ? quoted_field(record) : plain_field(record);
        if (!record.fault && record.fields.size() == fields_max) {
            record.fault = "the row has more than " + std::to_string(fields_max) + " fields";
        }
        if (record.fault) {
            skip_line();
            break;
        }
        record.fields.push_back(std::move(field));
        if (at_line_end()) break;
        rest_.remove_prefix(1); // the separator
    }
    take_line_end();
    return record;
}

} // namespace kidevent::events
