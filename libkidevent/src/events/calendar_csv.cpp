// read_csv: rows of a table become events with their sessions.
#include "config/nearest.hpp"
#include "core/money.hpp"
#include "core/time_text.hpp"
#include "events/calendar_draft.hpp"
#include "events/calendar_text.hpp"
#include "events/csv_records.hpp"
#include "events/local_date_time.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace kidevent::events {
namespace {

enum column : std::size_t {
    uid,
    title,
    description,
    location,
    category,
    starts_at,
    ends_at,
    zone,
    capacity,
    age_min,
    age_max,
    price,
    currency,
    column_count
};
constexpr std::array<std::string_view, column_count> column_names{
    "uid",       "title",    "description", "location", "category", "starts_at", "ends_at",
    "time_zone", "capacity", "age_min",     "age_max",  "price",    "currency"};
constexpr std::array<column, 4> required_columns{uid, title, starts_at, ends_at};
constexpr field_names csv_names{"uid",      "title",    "description", "location",
                                "category", "currency", "age_min",     "age_max"};

using cells = std::array<std::string, column_count>; // "" where the file has no such column

struct csv_session {
    zoned_time starts_at;
    zoned_time ends_at;
    std::optional<int> capacity;
    std::size_t line = 0;
};

struct csv_event {
    imported_event event;
    cells first_row;
    time_zone zone;
    std::vector<csv_session> sessions;
    bool faulty = false;
};

class csv_reading {
public:
    csv_reading(std::string_view bytes, const calendar_options& with)
        : with_(with), home_(checked_default_zone(with)), records_(bytes) {}

    calendar_file read();

private:
    bool read_header();
    void read_row(const csv_record& record);
    void begin_event(csv_event& event, const cells& row, std::size_t line);
    void compare_with_first(csv_event& event, const cells& row, std::size_t line);
    void add_session(csv_event& event, const cells& row, std::size_t line);
    void finish(csv_event& event, std::chrono::days shift);

    bool report(std::size_t line, std::string message) {
        reading_ = add_error(result_, line, std::move(message)) && reading_;
        return false;
    }
    template<typename Number>
    bool read_number(const cells& row, column at, std::size_t line, std::int64_t min, std::int64_t max,
                     Number& to);
    std::optional<zoned_time> read_time(const csv_event& event, const cells& row, column at,
                                        std::size_t line);

    const calendar_options& with_;
    time_zone home_;
    csv_records records_;
    std::vector<std::optional<column>> header_;
    std::vector<csv_event> events_;
    std::unordered_map<std::string, std::size_t> event_of_uid_;
    calendar_file result_;
    bool reading_ = true; // false once the list of errors is full
};

bool csv_reading::read_header() {
    const std::optional<csv_record> header = records_.next();
    if (!header) return report(1, "the file is empty; its first line must name the columns");
    if (header->fault) return report(header->line, "header: " + *header->fault);
    bool good = true;
    for (const std::string& field : header->fields) {
        const std::string name = to_lower_ascii(trimmed(field));
        const auto known = std::find(column_names.begin(), column_names.end(), name);
        if (known == column_names.end()) {
            const auto nearest = config::find_nearest(name, {column_names.begin(), column_names.end()});
            const std::string hint = nearest ? "; did you mean " + std::string{*nearest} + "?" : "";
            good = report(header->line, "unknown column " + quoted(field) + hint);
            continue;
        }
        const auto at = static_cast<column>(known - column_names.begin());
        if (std::find(header_.begin(), header_.end(), at) != header_.end()) {
            good = report(header->line, "column " + name + " occurs twice");
        }
        header_.emplace_back(at);
    }
    for (const column at : required_columns) {
        if (std::find(header_.begin(), header_.end(), at) == header_.end()) {
            good = report(header->line, "column " + std::string{column_names[at]} + " is missing");
        }
    }
    return good;
}

void csv_reading::read_row(const csv_record& record) {
    if (std::all_of(record.fields.begin(), record.fields.end(), [](auto& f) { return trimmed(f).empty(); })
        && !record.fault) {
        return; // spreadsheets write rows of bare separators
    }
    cells row;
    const std::size_t fields = std::min(record.fields.size(), header_.size());
    for (std::size_t i = 0; i < fields; ++i)
        row[*header_[i]] = trimmed(record.fields[i]);
    std::optional<std::string> fault = record.fault;
    if (!fault && record.fields.size() != header_.size()) {
        fault = "the row has " + std::to_string(record.fields.size()) + " fields, the header has "
                + std::to_string(header_.size());
    }
    if (!fault && row[uid].empty()) fault = "uid is missing";
    if (fault) report(record.line, *fault);
    if (row[uid].empty()) return;

    const auto [known, is_new] = event_of_uid_.try_emplace(row[uid], events_.size());
    if (is_new) events_.emplace_back();
    csv_event& event = events_[known->second];
    if (fault) event.faulty = true;
    if (fault && !is_new) return;
    const std::size_t errors_before = result_.errors.size();
    if (is_new) {
        event.event.line = record.line;
        if (!fault) begin_event(event, row, record.line);
    } else if (!event.first_row[uid].empty()) {
        compare_with_first(event, row, record.line);
    }
    if (!fault) add_session(event, row, record.line);
    if (result_.errors.size() != errors_before) event.faulty = true;
}

template<typename Number>
bool csv_reading::read_number(const cells& row, column at, std::size_t line, std::int64_t min,
                              std::int64_t max, Number& to) {
    if (row[at].empty()) return true;
    const auto number = find_whole_number(row[at], min, max);
    if (!number) {
        return report(line, std::string{column_names[at]} + " " + quoted(row[at])
                                + " is not a whole number from " + std::to_string(min) + " to "
                                + std::to_string(max));
    }
    to = static_cast<int>(*number);
    return true;
}

void csv_reading::begin_event(csv_event& event, const cells& row, std::size_t line) {
    event.first_row = row;
    event.zone = home_;
    imported_event& to = event.event;
    to.uid = row[uid];
    to.title = row[title];
    to.description = row[description];
    to.location = row[location];
    to.category = row[category];
    to.time_zone = with_.default_time_zone;
    to.capacity = with_.default_capacity;
    to.currency = row[currency].empty() ? with_.default_currency : row[currency];
    if (!row[zone].empty()) {
        if (const auto named = time_zone::find(row[zone])) {
            event.zone = *named;
            to.time_zone = row[zone];
        } else {
            report(line, "time_zone " + quoted(row[zone]) + " is not in the IANA database");
        }
    }
    read_number(row, capacity, line, 1, calendar_limits::capacity_max, to.capacity);
    read_number(row, age_min, line, 0, calendar_limits::age_max, to.age_min);
    read_number(row, age_max, line, 0, calendar_limits::age_max, to.age_max);
    if (const auto fault = find_event_fault(to, csv_names, with_)) report(line, *fault);
    if (row[price].empty() || !is_currency(to.currency)) return;
    std::string amount = row[price];
    // Where the comma is the decimal point, spreadsheets separate with semicolons.
    if (records_.separator() != ',') std::replace(amount.begin(), amount.end(), ',', '.');
    if (const auto minor = find_price(amount, to.currency, whole_price::is_major)) {
        to.price_minor = *minor;
    } else {
        report(line, "price " + quoted(row[price]) + " is not an amount in " + to.currency
                         + " such as 12 or 12.50, of at most "
                         + std::to_string(calendar_limits::price_minor_max) + " minor units");
    }
}

void csv_reading::compare_with_first(csv_event& event, const cells& row, std::size_t line) {
    for (const column at :
         {title, description, location, category, zone, age_min, age_max, price, currency}) {
        if (row[at].empty() || row[at] == event.first_row[at]) continue;
        report(line, std::string{column_names[at]} + " " + quoted(row[at]) + " differs from line "
                         + std::to_string(event.event.line) + ", which has the same uid");
    }
}

std::optional<zoned_time> csv_reading::read_time(const csv_event& event, const cells& row, column at,
                                                 std::size_t line) {
    if (row[at].empty()) {
        report(line, std::string{column_names[at]} + " is missing");
        return std::nullopt;
    }
    if (const auto plain = find_plain_time(row[at])) return zoned_time{plain->local(), event.zone};
    if (const auto instant = parse_rfc3339(row[at])) {
        const auto since_epoch = std::chrono::floor<std::chrono::seconds>(*instant).time_since_epoch();
        return zoned_time{std::chrono::local_seconds{since_epoch}, time_zone{}};
    }
    report(line, std::string{column_names[at]} + " " + quoted(row[at])
                     + " is not a time such as 2026-07-01 09:00 or 2026-07-01T09:00:00+02:00");
    return std::nullopt;
}

void csv_reading::add_session(csv_event& event, const cells& row, std::size_t line) {
    const auto from = read_time(event, row, starts_at, line);
    const auto until = read_time(event, row, ends_at, line);
    csv_session session{{}, {}, std::nullopt, line};
    int places = event.event.capacity;
    const bool is_first = line == event.event.line; // its capacity is the event's, and was read already
    if (!is_first && !read_number(row, capacity, line, 1, calendar_limits::capacity_max, places)) return;
    if (!from || !until) return;
    if (places != event.event.capacity) session.capacity = places;
    session.starts_at = *from;
    session.ends_at = *until;
    if (const auto fault = find_session_fault(from->to_utc(), until->to_utc())) {
        report(line,
               "the session from " + quoted(row[starts_at]) + " to " + quoted(row[ends_at]) + " " + *fault);
        return;
    }
    if (event.sessions.size() == with_.sessions_per_event_max) {
        if (!event.faulty) {
            report(line, "uid " + quoted(row[uid]) + " has more than "
                             + std::to_string(with_.sessions_per_event_max)
                             + " sessions, the limit for one event (import.sessions_per_event_max)");
        }
        event.faulty = true;
        return;
    }
    event.sessions.push_back(session);
}

void csv_reading::finish(csv_event& event, std::chrono::days shift) {
    std::unordered_map<std::int64_t, std::size_t> line_of_start;
    for (const csv_session& session : event.sessions) {
        const imported_session made{moved(session.starts_at, shift, event.zone),
                                    moved(session.ends_at, shift, event.zone), session.capacity};
        if (const auto fault = find_session_fault(made.starts_at, made.ends_at)) {
            report(session.line, "the session " + *fault); // only a shift can bring it here
            return;
        }
        const auto [known, is_new] =
            line_of_start.try_emplace(made.starts_at.time_since_epoch().count(), session.line);
        if (!is_new) {
            report(session.line, "starts_at is the same as on line " + std::to_string(known->second)
                                     + ", which has the same uid");
            return;
        }
        event.event.sessions.push_back(made);
    }
    auto& sessions = event.event.sessions;
    std::sort(sessions.begin(), sessions.end(),
              [](const auto& a, const auto& b) { return a.starts_at < b.starts_at; });
    result_.events.push_back(std::move(event.event));
}

calendar_file csv_reading::read() {
    if (read_header()) {
        for (auto record = records_.next(); record && reading_; record = records_.next())
            read_row(*record);
        std::optional<std::chrono::sys_seconds> first;
        std::erase_if(events_, [](const csv_event& event) { return event.faulty; });
        for (const csv_event& event : events_) {
            for (const csv_session& session : event.sessions) {
                const std::chrono::sys_seconds starts = session.starts_at.to_utc();
                if (!first || starts < *first) first = starts;
            }
        }
        std::chrono::days shift{0};
        if (first) shift = shift_for(std::chrono::floor<std::chrono::days>(home_.to_local(*first)), with_);
        for (csv_event& event : events_)
            finish(event, shift);
    }
    std::stable_sort(result_.errors.begin(), result_.errors.end(),
                     [](const import_error& a, const import_error& b) { return a.line < b.line; });
    return std::move(result_);
}

} // namespace

calendar_file read_csv(std::string_view bytes, const calendar_options& with) {
    csv_reading reading{bytes, with};
    if (bytes.size() > with.file_bytes_max) return refuse_oversized(bytes.size(), with);
    return reading.read();
}

} // namespace kidevent::events
