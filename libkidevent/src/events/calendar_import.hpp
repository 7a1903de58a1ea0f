#pragma once
// Writes a calendar that was read from a file into an organisation's events. Called by the command line.

#include "core/clock.hpp"
#include "core/task.hpp"
#include "events/calendar_file.hpp"
#include "tenancy/tenant.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::db {
class database;
}

namespace kidevent::events {

struct import_options {
    bool skip_bad = false; // import what is good of a file with errors
    bool publish = false;  // otherwise the events are drafts
};

struct import_report {
    std::size_t imported = 0;         // events that were written
    std::size_t present = 0;          // events that an earlier import brought; they stay as they are
    std::size_t sessions = 0;         // of the events that were written
    std::vector<import_error> errors; // by line
};

// How files of this organisation are read: its time zone and currency, and the limits of import.*.
calendar_options reading_options(const tenancy::tenant& at, const import_settings& with, timestamp now);

// All or nothing: one transaction for the whole file. A file with errors is not imported at all unless
// options.skip_bad; an event in another currency than the organisation's is an error as well. An event is
// known again by its uid, so that a file can be imported any number of times, also by two at once. Throws
// db_error, after which nothing is written. `at` must outlive the task.
task<import_report> import_calendar(db::database& with, const tenancy::tenant& at, calendar_file parsed,
                                    import_options options);

} // namespace kidevent::events
