#include "commands/job_commands.hpp"

#include "invocation.hpp"
#include "listing.hpp"
#include "opened_platform.hpp"
#include "refused.hpp"

#include "core/time_text.hpp"
#include "db/db_error.hpp"
#include "job_handlers.hpp"
#include "jobs/job_inspection.hpp"
#include "jobs/job_runner.hpp"
#include "tenancy/provisioning.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>

#include <iostream>
#include <memory>

namespace kidevent::cli {
namespace {

struct given_job {
    std::string id, state, kind, tenant;
    int limit = 100;
};

boost::json::value instant(const std::optional<timestamp>& when) {
    if (!when) return nullptr;
    std::string text;
    append_rfc3339(text, *when);
    return boost::json::string{text};
}

boost::json::value text(const std::optional<std::string>& value) {
    if (!value) return nullptr;
    return boost::json::string{*value};
}

boost::json::object job_json(const jobs::job_record& of) {
    boost::json::error_code no_json; // what was stored by something else than this program
    auto payload = boost::json::parse(of.payload, no_json);
    if (no_json) payload = boost::json::string{of.payload};
    return {{"id", to_string(of.id.value)},
            {"tenant", text(of.slug)},
            {"kind", of.kind},
            {"state", of.state},
            {"priority", of.priority},
            {"run_at", instant(of.run_at)},
            {"attempts", of.attempts},
            {"attempts_max", of.attempts_max},
            {"held_by", text(of.held_by)},
            {"lease_until", instant(of.lease_until)},
            {"last_error", text(of.last_error)},
            {"failed_at", instant(of.failed_at)},
            {"created_at", instant(of.created_at)},
            {"unique_key", text(of.unique_key)},
            {"payload", payload}};
}

std::optional<std::string> if_given(const std::string& value) {
    if (value.empty()) return std::nullopt;
    return value;
}

jobs::job_id parse_id(const std::string& text) {
    const auto id = parse_uuid(text);
    if (!id) require_no_faults({{"/id", "bad_format", "must be a UUID"}});
    return jobs::job_id{*id};
}

command_error no_such_job(const std::string& id) {
    return command_error{exit_code::not_found, "there is no job " + id,
                         "jobs that are done are not kept; `kidevent jobs list` lists the others"};
}

exit_code list(const invocation& call, const given_job& given) {
    opened_platform with{call};
    auto& database = with.parts().database;
    if (!given.tenant.empty() && !with.wait_for(tenancy::get_tenant(database, given.tenant)))
        throw unknown_organisation(given.tenant);
    const jobs::job_filter wanted{if_given(given.state), if_given(given.kind), if_given(given.tenant),
                                  std::nullopt, given.limit};
    boost::json::array rows;
    for (const auto& each : with.wait_for(jobs::list_jobs(database, wanted)))
        rows.push_back(job_json(each));
    print_list(std::cout, {"id", "tenant", "kind", "state", "run_at", "attempts", "last_error"}, rows,
               call.json);
    return exit_code::ok;
}

exit_code show(const invocation& call, const std::string& id) {
    const auto wanted = parse_id(id);
    opened_platform with{call};
    const jobs::job_filter only{std::nullopt, std::nullopt, std::nullopt, wanted, 1};
    const auto found = with.wait_for(jobs::list_jobs(with.parts().database, only));
    if (found.empty()) throw no_such_job(id);
    print_item(std::cout, job_json(found.front()), call.json);
    return exit_code::ok;
}

std::optional<std::string> retry_or_explain(opened_platform& with, jobs::job_id wanted) {
    try {
        return with.wait_for(jobs::retry_job(with.parts().database, wanted));
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "jobs_unique") throw;
        throw command_error{exit_code::conflict, "another job with its unique key waits or runs",
                            "`kidevent jobs cancel` ends one of the two"};
    }
}

exit_code retry(const invocation& call, const std::string& id) {
    const auto wanted = parse_id(id);
    opened_platform with{call};
    const auto before = retry_or_explain(with, wanted);
    if (!before) throw no_such_job(id);
    if (*before == "running")
        throw command_error{exit_code::conflict, "the job runs",
                            "`kidevent jobs show " + id + "` tells where"};
    print_item(std::cout, {{"id", id}, {"before", *before}, {"state", "ready"}}, call.json);
    return exit_code::ok;
}

exit_code cancel(const invocation& call, const std::string& id) {
    const auto wanted = parse_id(id);
    opened_platform with{call};
    const auto before = with.wait_for(jobs::cancel_job(with.parts().database, wanted));
    if (!before) throw no_such_job(id);
    print_item(std::cout, {{"id", id}, {"before", *before}, {"state", "cancelled"}}, call.json);
    return exit_code::ok;
}

exit_code run_due(const invocation& call) {
    opened_platform with{call};
    auto& parts = with.parts();
    jobs::job_runner runner{parts.loop, parts.job_parts, all_job_handlers(), jobs::all_schedules()};
    parts.block_on(runner.run_due());
    boost::json::array rows;
    std::uint64_t unsuccessful = 0;
    for (const auto& [kind, counted] : runner.counters()) {
        rows.push_back(boost::json::object{{"kind", kind},
                                           {"done", counted.done},
                                           {"failed", counted.failed},
                                           {"dead", counted.dead},
                                           {"given_back", counted.given_back}});
        unsuccessful += counted.failed + counted.dead;
    }
    print_list(std::cout, {"kind", "done", "failed", "dead", "given_back"}, rows, call.json);
    return unsuccessful == 0 ? exit_code::ok : exit_code::failure;
}

exit_code stats(const invocation& call) {
    opened_platform with{call};
    const auto now = with.parts().time.now();
    boost::json::array rows;
    for (const auto& each : with.wait_for(jobs::count_jobs(with.parts().database))) {
        const auto late = std::chrono::duration_cast<std::chrono::seconds>(now - each.oldest).count();
        rows.push_back(boost::json::object{{"kind", each.kind},
                                           {"state", each.state},
                                           {"jobs", each.jobs},
                                           {"oldest", instant(each.oldest)},
                                           {"oldest_age_s", std::max<std::int64_t>(late, 0)}});
    }
    print_list(std::cout, {"kind", "state", "jobs", "oldest", "oldest_age_s"}, rows, call.json);
    return exit_code::ok;
}

void add_list(CLI::App& group, invocation& call, const std::shared_ptr<given_job>& given) {
    std::vector<std::string> kinds;
    for (const auto& each : jobs::all_job_rules())
        kinds.emplace_back(each.name);
    auto* const command = group.add_subcommand("list", "List jobs by the time at which they run");
    command->add_option("--state", given->state, "scheduled, ready, running or dead")
        ->check(CLI::IsMember(std::vector<std::string>{"scheduled", "ready", "running", "dead"}));
    command->add_option("--kind", given->kind, "Only this kind")->check(CLI::IsMember(kinds));
    command->add_option("--tenant", given->tenant, "Only of this organisation")->type_name("SLUG");
    command->add_option("--limit", given->limit, "At most so many (default: 100)")
        ->check(CLI::Range(1, 10000));
    command->callback([&call, given] { call.run = [&call, given] { return list(call, *given); }; });
}

void add_one(CLI::App& group, invocation& call, const std::string& name, const std::string& about,
             const std::shared_ptr<given_job>& given,
             exit_code (*run)(const invocation&, const std::string&)) {
    auto* const command = group.add_subcommand(name, about);
    command->add_option("id", given->id, "The job")->required()->type_name("ID");
    command->callback(
        [&call, given, run] { call.run = [&call, given, run] { return run(call, given->id); }; });
}

} // namespace

void add_job_commands(CLI::App& app, invocation& call) {
    auto* const group = app.add_subcommand("jobs", "Look after the queue of background work");
    group->require_subcommand(1);
    const auto given = std::make_shared<given_job>();
    add_list(*group, call, given);
    add_one(*group, call, "show", "Print a job", given, show);
    add_one(*group, call, "retry", "Let a dead or waiting job run at once, with all its attempts", given,
            retry);
    add_one(*group, call, "cancel", "Delete a job, also one that runs", given, cancel);
    group->add_subcommand("run-due", "Fire the schedules and run what is due, in this process")
        ->callback([&call] { call.run = [&call] { return run_due(call); }; });
    group->add_subcommand("stats", "Count the jobs by kind and state")->callback([&call] {
        call.run = [&call] { return stats(call); };
    });
}

} // namespace kidevent::cli
