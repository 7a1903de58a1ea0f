#include "commands/outbox_commands.hpp"

#include "invocation.hpp"
#include "listing.hpp"
#include "opened_platform.hpp"
#include "refused.hpp"

#include "core/time_text.hpp"
#include "outbox/event_types.hpp"
#include "outbox/outbox_operations.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/parse.hpp>

#include <iostream>
#include <memory>

namespace kidevent::cli {
namespace {

std::string time_of(timestamp when) {
    std::string text;
    append_rfc3339(text, when);
    return text;
}

boost::json::value time_of(const std::optional<timestamp>& when) {
    if (!when) return nullptr;
    return boost::json::value(time_of(*when));
}

boost::json::object event_json(const outbox::listed_event& of) {
    boost::json::object made{{"sequence", of.sequence},
                             {"position", nullptr},
                             {"id", to_string(of.id)},
                             {"organisation", of.slug},
                             {"type", of.type},
                             {"subject", of.subject},
                             {"data", boost::json::parse(of.data)},
                             {"created_at", time_of(of.created_at)},
                             {"published_at", time_of(of.published_at)}};
    if (of.position) made["position"] = *of.position;
    return made;
}

boost::json::object sink_json(const outbox::sink_state& of) {
    boost::json::object made{{"sink", of.name},         {"accepted", of.accepted},
                             {"behind", of.behind},     {"is_fed", of.is_fed},
                             {"failures", of.failures}, {"retry_at", time_of(of.retry_at)},
                             {"last_error", nullptr}};
    if (of.last_error) made["last_error"] = *of.last_error;
    return made;
}

exit_code list(const invocation& call, const outbox::event_search& wanted) {
    if (!wanted.type.empty() && !outbox::find_event_type(wanted.type))
        throw command_error{exit_code::usage, "there is no type " + wanted.type,
                            "`kidevent outbox types` lists them"};
    opened_platform with{call};
    boost::json::array rows;
    for (const auto& each : with.wait_for(outbox::list_events(with.parts().database, wanted)))
        rows.push_back(event_json(each));
    print_list(std::cout, {"sequence", "position", "organisation", "type", "subject", "created_at"}, rows,
               call.json);
    return exit_code::ok;
}

exit_code stats(const invocation& call) {
    opened_platform with{call};
    const auto now = with.wait_for(outbox::read_stats(with.parts().database));
    boost::json::array sinks;
    for (const auto& each : now.sinks)
        sinks.push_back(sink_json(each));
    boost::json::object totals{{"waiting", now.waiting},
                               {"oldest_waiting_seconds", now.oldest_waiting_s},
                               {"kept", now.kept},
                               {"last_position", now.last_position}};
    if (call.json) totals["sinks"] = sinks;
    print_item(std::cout, totals, call.json);
    if (call.json || sinks.empty()) return exit_code::ok;
    std::cout << '\n';
    print_list(std::cout, {"sink", "accepted", "behind", "is_fed", "failures", "last_error"}, sinks, false);
    return exit_code::ok;
}

struct replayed {
    std::string sink;
    std::int64_t from = 0;
};

exit_code replay(const invocation& call, const replayed& wanted) {
    opened_platform with{call};
    const auto count = with.wait_for(outbox::replay_events(with.parts().database, wanted.sink, wanted.from));
    if (!count)
        throw command_error{exit_code::not_found, "there is no sink '" + wanted.sink + "'",
                            "`kidevent outbox stats` lists them"};
    print_item(std::cout, {{"sink", wanted.sink}, {"from", wanted.from}, {"events", *count}}, call.json);
    return exit_code::ok;
}

exit_code record(const invocation& call, const std::string& version) {
    opened_platform with{call};
    const uuid id =
        required(with.wait_for(outbox::record_deployment(with.parts().database, version)), version);
    print_item(std::cout, {{"deployment", to_string(id)}, {"version", version}}, call.json);
    return exit_code::ok;
}

void add_list(CLI::App& group, invocation& call) {
    const auto wanted = std::make_shared<outbox::event_search>();
    auto* const command = group.add_subcommand("list", "List events, newest first");
    command->add_option("--type", wanted->type, "Only this type");
    command->add_flag("--waiting", wanted->waiting_only, "Only those that are not published yet");
    command->add_option("--before", wanted->before, "Go on before this sequence");
    command->add_option("--limit", wanted->limit, "At most that many (default: 100)")
        ->check(CLI::Range(1, 10000));
    command->callback([&call, wanted] { call.run = [&call, wanted] { return list(call, *wanted); }; });
}

void add_replay(CLI::App& group, invocation& call) {
    const auto wanted = std::make_shared<replayed>();
    auto* const command =
        group.add_subcommand("replay", "Deliver events to a sink again, under the same ids");
    command->add_option("--sink", wanted->sink, "Name of the sink")->required();
    command->add_option("--from", wanted->from, "Position of the first event")
        ->required()
        ->check(CLI::Range(std::int64_t{1}, INT64_MAX - 1));
    command->callback([&call, wanted] { call.run = [&call, wanted] { return replay(call, *wanted); }; });
}

} // namespace

void add_outbox_commands(CLI::App& app, invocation& call) {
    auto* const group = app.add_subcommand("outbox", "Domain events: list, count, deliver again");
    group->require_subcommand(1);
    add_list(*group, call);
    group->add_subcommand("stats", "Count what waits, and show how far each sink is")->callback([&call] {
        call.run = [&call] { return stats(call); };
    });
    add_replay(*group, call);
    group->add_subcommand("types", "Print the reference of all types, as in docs/events.md")
        ->callback([&call] {
            call.run = [] {
                std::cout << outbox::events_reference();
                return exit_code::ok;
            };
        });
}

void add_deployment_commands(CLI::App& app, invocation& call) {
    auto* const group = app.add_subcommand("deployment", "Tell the installation about deployments");
    group->require_subcommand(1);
    const auto version = std::make_shared<std::string>();
    auto* const command = group->add_subcommand("record", "Record that a version was deployed");
    command->add_option("--version", *version, "The version, e.g. 1.4.0")->required();
    command->callback([&call, version] { call.run = [&call, version] { return record(call, *version); }; });
}

} // namespace kidevent::cli
