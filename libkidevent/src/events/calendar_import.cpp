#include "events/calendar_import.hpp"

#include "audit/audit_log.hpp"
#include "db/db_error.hpp"
#include "events/event_service.hpp"

#include <algorithm>

namespace kidevent::events {

namespace {

constexpr int age_open_min = 0;
constexpr int age_open_max = calendar_limits::age_max;

// What travels together stays small enough to be answered well within db.statement_timeout.
constexpr std::size_t lookups_per_trip = 500;
constexpr std::size_t events_per_trip = 20;
constexpr std::size_t sessions_per_trip = 1000;

// Another import may write the same events at the same time; then this one looks again.
constexpr int attempts_max = 3;

// Prices of one organisation are shown and added up in one currency.
void refuse_foreign_currencies(calendar_file& parsed, const std::string& currency) {
    std::erase_if(parsed.events, [&](const imported_event& each) {
        if (each.currency == currency) return false;
        if (parsed.errors.size() < calendar_limits::errors_max)
            parsed.errors.push_back(
                {each.line, "currency " + each.currency + " is not the organisation's, " + currency});
        return true;
    });
    std::stable_sort(parsed.errors.begin(), parsed.errors.end(),
                     [](const import_error& a, const import_error& b) { return a.line < b.line; });
}

session made_session(const imported_event& from, event_id of, const imported_session& at) {
    return {session_id{make_uuid()},
            of,
            at.starts_at,
            at.ends_at,
            from.time_zone,
            at.capacity.value_or(from.capacity),
            0,
            from.age_min.value_or(age_open_min),
            from.age_max.value_or(age_open_max),
            from.price_minor,
            from.currency,
            1};
}

using event_list = std::vector<const imported_event*>;

// Those that no earlier import brought.
task<event_list> list_new(db::tenant_transaction& in, const std::vector<imported_event>& events) {
    event_list fresh;
    for (std::size_t first = 0; first < events.size(); first += lookups_per_trip) {
        const std::size_t last = std::min(events.size(), first + lookups_per_trip);
        std::vector<db::pending_rows> found;
        for (std::size_t i = first; i < last; ++i)
            found.push_back(add_find_by_source(in, events[i].uid));
        co_await in.run();
        for (std::size_t i = first; i < last; ++i)
            if (found[i - first].rows().empty()) fresh.push_back(&events[i]);
    }
    co_return fresh;
}

task<> write_event(db::tenant_transaction& in, const imported_event& from, bool publish) {
    const event_id id{make_uuid()};
    add_insert_event(in, {id, from.title, from.description, from.location, from.category, from.time_zone,
                          from.uid, std::nullopt});
    std::size_t added = 0;
    for (const imported_session& each : from.sessions) {
        add_insert_session(in, made_session(from, id, each));
        if (++added % sessions_per_trip == 0) co_await in.run();
    }
    add_summarise_sessions(in, id);
    outbox::add_event(in, created_event(id, publish, from.sessions.size()));
    audit::add_entry(in, actor::of_system(), audit::action::event_created,
                     audit::subject_of("events", id.value),
                     {{"state", publish ? "published" : "draft"}, {"sessions", from.sessions.size()}});
    if (!publish) co_return;
    add_publish_event(in, id, std::nullopt);
    outbox::add_event(in, published_event(id));
}

// One attempt; `report` has counted nothing when it throws.
task<> write_all(db::database& with, const tenancy::tenant& at, const std::vector<imported_event>& events,
                 bool publish, import_report& report) {
    auto transaction = co_await db::tenant_transaction::begin(with, at.handle);
    auto looking = list_new(transaction, events);
    const event_list fresh = co_await looking;
    std::size_t sessions = 0;
    std::size_t events_added = 0; // since the last trip
    std::size_t sessions_added = 0;
    for (const imported_event* each : fresh) {
        if (events_added == events_per_trip || sessions_added >= sessions_per_trip) {
            co_await transaction.run();
            events_added = 0;
            sessions_added = 0;
        }
        auto writing = write_event(transaction, *each, publish);
        co_await writing;
        ++events_added;
        sessions_added += each->sessions.size();
        sessions += each->sessions.size();
    }
    if (!fresh.empty())
        audit::add_entry(transaction, actor::of_system(), audit::action::calendar_imported,
                         audit::subject_of("imports", make_uuid()),
                         {{"events", fresh.size()}, {"sessions", sessions}, {"published", publish}});
    co_await transaction.commit();
    report.imported = fresh.size();
    report.present = events.size() - fresh.size();
    report.sessions = sessions;
}

} // namespace

calendar_options reading_options(const tenancy::tenant& at, const import_settings& with, timestamp now) {
    calendar_options options;
    options.default_time_zone = at.time_zone;
    options.default_currency = at.currency;
    options.sessions_per_event_max = static_cast<std::size_t>(with.sessions_per_event_max);
    options.file_bytes_max = static_cast<std::size_t>(with.file_bytes_max);
    options.now = std::chrono::floor<std::chrono::seconds>(now);
    options.horizon = with.horizon;
    return options;
}

task<import_report> import_calendar(db::database& with, const tenancy::tenant& at, calendar_file parsed,
                                    import_options options) {
    refuse_foreign_currencies(parsed, at.currency);
    import_report report;
    report.errors = std::move(parsed.errors);
    if (parsed.events.empty() || (!report.errors.empty() && !options.skip_bad)) co_return report;
    for (int attempt = 1;; ++attempt) {
        try {
            auto writing = write_all(with, at, parsed.events, options.publish, report);
            co_await writing;
            co_return report;
        } catch (const db::db_error& failed) {
            if (failed.constraint() != "events_source_unique" || attempt == attempts_max) throw;
        }
    }
}

} // namespace kidevent::events
