#include "commands/event_commands.hpp"

#include "input_file.hpp"
#include "invocation.hpp"
#include "listing.hpp"
#include "opened_platform.hpp"

#include "core/time_text.hpp"
#include "events/calendar_import.hpp"
#include "events/time_zone.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kidevent::cli {
namespace {

struct given_import {
    std::string tenant, file, shift_to;
    bool publish = false;
    bool skip_bad = false;
};

bool is_ics(const std::string& path) {
    if (path.ends_with(".ics")) return true;
    if (path.ends_with(".csv")) return false;
    throw command_error{exit_code::bad_data, path + ": the name must end with .ics or .csv"};
}

// The day of --shift-to; "today" is the organisation's.
std::optional<std::chrono::sys_days> shift_day(const std::string& given, const tenancy::tenant& at,
                                               timestamp now) {
    if (given.empty()) return std::nullopt;
    if (given != "today") {
        if (const auto day = parse_date(given)) return day;
        throw command_error{exit_code::bad_data,
                            "--shift-to: '" + given + "' is neither a date such as 2026-07-01 nor today"};
    }
    const auto zone = events::time_zone::find(at.time_zone).value_or(events::time_zone{});
    const auto local = zone.to_local(std::chrono::floor<std::chrono::seconds>(now));
    return std::chrono::sys_days{std::chrono::floor<std::chrono::days>(local).time_since_epoch()};
}

template<class Remarks>
void print_remarks(const char* kind, const std::string& file, const Remarks& remarks) {
    for (const auto& each : remarks)
        std::cerr << kind << ": " << file << ":" << each.line << ": " << each.message << '\n';
}

exit_code import_file(const invocation& call, const given_import& given) {
    const bool as_ics = is_ics(given.file);
    opened_platform with{call};
    auto& parts = with.parts();
    const auto at = with.get_tenant(given.tenant);
    auto reading = events::reading_options(*at, parts.with.import, parts.time.now());
    reading.shift_to = shift_day(given.shift_to, *at, parts.time.now());
    const std::string bytes = read_input_file(given.file, reading.file_bytes_max);
    auto parsed = as_ics ? events::read_ics(bytes, reading) : events::read_csv(bytes, reading);
    print_remarks("note", given.file, parsed.notes);
    const bool anything_good = !parsed.events.empty();

    const auto report = with.wait_for(
        events::import_calendar(parts.database, *at, std::move(parsed), {given.skip_bad, given.publish}));
    print_remarks("error", given.file, report.errors);
    const bool refused = !report.errors.empty() && !(given.skip_bad && anything_good);
    if (refused) {
        std::cerr << "hint: nothing was imported";
        if (anything_good) std::cerr << "; --skip-bad imports the rest";
        std::cerr << '\n';
        return exit_code::bad_data;
    }
    print_item(std::cout,
               {{"imported", report.imported},
                {"present", report.present},
                {"sessions", report.sessions},
                {"errors", report.errors.size()}},
               call.json);
    return exit_code::ok;
}

} // namespace

void add_event_commands(CLI::App& app, invocation& call) {
    auto* const group = app.add_subcommand("event", "Import events");
    group->require_subcommand(1);
    auto* const command = group->add_subcommand(
        "import", "Import a calendar; events that an earlier import brought stay as they are");
    const auto given = std::make_shared<given_import>();
    command->add_option("--tenant", given->tenant, "Slug of the organisation")->required()->type_name("SLUG");
    command->add_option("file", given->file, "iCalendar or CSV")->required()->type_name("FILE.ics|FILE.csv");
    // Named, because this version of CLI11 takes a literal for a variable to store into.
    const std::string publish_about = "Publish the events; otherwise they are drafts";
    const std::string skip_about = "Import what is good of a file with errors";
    command->add_flag("--publish", given->publish, publish_about);
    command->add_flag("--skip-bad", given->skip_bad, skip_about);
    command
        ->add_option("--shift-to", given->shift_to,
                     "Move the whole file by weeks, so that it begins on this day or up to six days later")
        ->type_name("DATE|today");
    command->callback([&call, given] { call.run = [&call, given] { return import_file(call, *given); }; });
}

} // namespace kidevent::cli
