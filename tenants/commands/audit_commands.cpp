#include "commands/audit_commands.hpp"

#include "command_error.hpp"
#include "listing.hpp"
#include "opened_platform.hpp"

#include "audit/audit_export.hpp"
#include "audit/audit_log.hpp"
#include "core/time_text.hpp"
#include "permissions_reference.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace kidevent::cli {
namespace {

// How the installation's own chain, which belongs to no organisation, is called here.
constexpr std::string_view installation = "(installation)";

std::string name_of(const audit::listed_chain& of) {
    if (of.head.of == tenant_id{}) return std::string{installation};
    return of.slug.empty() ? to_string(of.head.of.value) : of.slug;
}

std::vector<crypto::signing_key> keys_of(const settings& with) {
    std::vector<crypto::signing_key> keys;
    for (const std::string& each : with.audit.signing_keys)
        keys.push_back(audit::head_key(each));
    return keys;
}

std::vector<audit::listed_chain> find_chains(opened_platform& with, const std::string& slug) {
    auto chains = with.wait_for(audit::list_chains(with.parts().database));
    if (slug.empty()) return chains;
    std::erase_if(chains, [&](const audit::listed_chain& each) { return name_of(each) != slug; });
    if (chains.empty())
        throw command_error{exit_code::not_found, "there is no audit log of '" + slug + "'",
                            "`kidevent audit verify` lists all of them"};
    return chains;
}

exit_code verify(const invocation& call, const std::string& slug) {
    opened_platform with{call};
    const auto keys = keys_of(with.parts().with);
    boost::json::array rows;
    bool is_whole = true;
    for (const audit::listed_chain& each : find_chains(with, slug)) {
        const auto verdict =
            with.wait_for(audit::verify_chain(with.parts().database, each.head, std::span{keys}));
        boost::json::object row{{"organisation", name_of(each)},
                                {"entries", verdict.checked},
                                {"unsealed", each.unsealed},
                                {"signed", each.head.signature.has_value() && !keys.empty()},
                                {"fault", nullptr},
                                {"at", nullptr}};
        if (verdict.broken) {
            row["fault"] = audit::to_text(verdict.broken->is);
            row["at"] = verdict.broken->sequence;
            is_whole = false;
        }
        rows.push_back(std::move(row));
    }
    print_list(std::cout, {"organisation", "entries", "unsealed", "signed", "fault", "at"}, rows, call.json);
    return is_whole ? exit_code::ok : exit_code::difference;
}

struct export_words {
    std::string slug;
    std::string from;
    std::string to;
};

std::optional<timestamp> time_of(const std::string& text, const std::string& option) {
    if (text.empty()) return std::nullopt;
    if (const auto when = parse_rfc3339(text)) return when;
    throw command_error{exit_code::usage, option + " must be a date and time such as 2026-07-01T00:00:00Z"};
}

// That it left the installation stands in the log itself.
task<> note_export(db::database& with, tenant_id of, std::int64_t first, std::int64_t entries) {
    auto transaction = co_await db::platform_transaction::begin(with);
    audit::add_operator_entry(transaction, actor::of_system(), of, audit::action::audit_exported, "",
                              {{"from_sequence", first}, {"entries", entries}});
    co_await transaction.commit();
}

exit_code write_export(const invocation& call, const export_words& given) {
    const auto from = time_of(given.from, "--from");
    const auto until = time_of(given.to, "--to");
    opened_platform with{call};
    const auto chain = find_chains(with, given.slug).front();
    const auto range = with.wait_for(audit::find_range(with.parts().database, chain.head, from, until));
    const auto written =
        with.wait_for(audit::export_chain(with.parts().database, chain, from, until, std::cout));
    with.parts().block_on(note_export(with.parts().database, chain.head.of, range.first, written));
    return exit_code::ok;
}

void add_actions(CLI::App& group, invocation& call) {
    group.add_subcommand("actions", "Print all actions, as in docs/audit.md")->callback([&call] {
        call.run = [] {
            std::cout << audit::actions_reference();
            return exit_code::ok;
        };
    });
}

} // namespace

void add_audit_commands(CLI::App& app, invocation& call) {
    auto* const group = app.add_subcommand("audit", "The audit log: verify, export");
    group->require_subcommand(1);
    const auto slug = std::make_shared<std::string>();
    auto* const verifying = group->add_subcommand(
        "verify", "Check that no entry was altered, removed or moved; ends with 3 when one was");
    verifying->add_option("--tenant", *slug, "Only this organisation's, or (installation)");
    verifying->callback([&call, slug] { call.run = [&call, slug] { return verify(call, *slug); }; });

    add_actions(*group, call);
    const auto given = std::make_shared<export_words>();
    auto* const exporting =
        group->add_subcommand("export", "Print sealed entries as lines of JSON, after a signed head");
    exporting->add_option("--tenant", given->slug, "The organisation, or (installation)")->required();
    exporting->add_option("--from", given->from, "Not before this date and time");
    exporting->add_option("--to", given->to, "Before this date and time");
    exporting->callback([&call, given] { call.run = [&call, given] { return write_export(call, *given); }; });
}

void add_permissions_command(CLI::App& app, invocation& call) {
    app.add_subcommand("permissions", "Print who may do what, as in docs/permissions.md")->callback([&call] {
        call.run = [] {
            std::cout << permissions_reference();
            return exit_code::ok;
        };
    });
}

} // namespace kidevent::cli
