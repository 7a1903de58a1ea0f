#include "commands/admin_commands.hpp"

#include "invocation.hpp"
#include "listing.hpp"
#include "opened_platform.hpp"
#include "password_input.hpp"
#include "refused.hpp"

#include "core/time_text.hpp"
#include "tenancy/provisioning.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kidevent::cli {
namespace {

constexpr int page_size = 500;

struct given_admin {
    std::string email;
    bool without_factor = false;
};

std::string instant(timestamp when) {
    std::string text;
    append_rfc3339(text, when);
    return text;
}

boost::json::value optional_instant(std::optional<timestamp> when) {
    return when ? boost::json::value(instant(*when)) : boost::json::value(nullptr);
}

boost::json::object admin_json(const identity::admin& of) {
    return {{"id", to_string(of.id.value)},
            {"email", of.email},
            {"state", of.disabled_at   ? "disabled"
                      : of.enrolled_at ? "active"
                                       : "without second factor"},
            {"created_at", instant(of.created_at)},
            {"second_factor_enrolled_at", optional_instant(of.enrolled_at)},
            {"disabled_at", optional_instant(of.disabled_at)}};
}

// What is printed of a factor is printed once, to the operator, who hands it on.
void add_factor(boost::json::object& to, const identity::issued_factor& made) {
    to["otpauth_uri"] = made.what.uri;
    to["secret"] = made.what.secret;
    boost::json::array codes;
    for (const std::string& each : made.recovery_codes)
        codes.emplace_back(each);
    to["recovery_codes"] = std::move(codes);
}

constexpr const char* no_key_hint = "set security.encryption_keys, or pass --without-second-factor: the "
                                    "admin sets one up at the first sign-in";

exit_code create(const invocation& call, const given_admin& given) {
    const std::string password = read_password(std::cin);
    opened_platform with{call};
    auto& admins = with.parts().admins;
    if (!given.without_factor && !with.parts().sealing.has_key())
        throw refused(refuse(errc::encryption_not_configured), given.email, no_key_hint);
    const auto made = required(with.wait_for(admins.create_admin(given.email, password)), given.email);
    boost::json::object printed = admin_json(made);
    if (!given.without_factor) {
        const auto factor = required(with.wait_for(admins.issue_factor(made.email)), given.email);
        const auto now = with.wait_for(admins.find_admin(made.id));
        printed = admin_json(now.value());
        add_factor(printed, factor);
    }
    print_item(std::cout, printed, call.json);
    return exit_code::ok;
}

exit_code issue_factor(const invocation& call, const std::string& email) {
    opened_platform with{call};
    const auto factor = required(with.wait_for(with.parts().admins.issue_factor(email)), email);
    boost::json::object printed{{"email", email}};
    add_factor(printed, factor);
    print_item(std::cout, printed, call.json);
    return exit_code::ok;
}

exit_code list(const invocation& call) {
    opened_platform with{call};
    boost::json::array rows;
    for (const identity::admin& each : with.wait_for(with.parts().admins.list_admins()))
        rows.push_back(admin_json(each));
    print_list(std::cout, {"email", "state", "created_at"}, rows, call.json);
    return exit_code::ok;
}

exit_code reset_factor(const invocation& call, const std::string& email) {
    opened_platform with{call};
    const auto done = required(with.wait_for(with.parts().admins.reset_factor(email)), email);
    print_item(std::cout, admin_json(done), call.json);
    return exit_code::ok;
}

// Ends what the admin has open at the organisation. One that is suspended cannot be entered by anybody.
void end_support_sessions(opened_platform& with, const std::string& slug, account_id admin) {
    const auto at = with.wait_for(with.parts().tenants.resolve_slug(slug));
    if (!at) return;
    auto& support = with.parts().support;
    std::optional<identity::support_session_id> before;
    for (bool more = true; more;) {
        const auto page = with.wait_for(support.list(**at, before, page_size));
        for (const auto& each : page) {
            if (each.admin != admin || each.ended_at) continue;
            const auto ended = with.wait_for(support.end(**at, actor::of_system(), each.id));
            if (!ended) throw refused(ended.error(), slug);
        }
        more = page.size() == page_size;
        if (more) before = page.back().id;
    }
}

exit_code disable(const invocation& call, const std::string& email) {
    opened_platform with{call};
    const auto done = required(with.wait_for(with.parts().admins.disable_admin(email)), email);
    std::string after;
    for (bool more = true; more;) {
        const auto page = with.wait_for(tenancy::list_tenants_after(with.parts().database, after, page_size));
        for (const auto& each : page)
            if (!each.suspended_at) end_support_sessions(with, each.descriptor.slug, done.id);
        more = page.size() == page_size;
        if (more) after = page.back().descriptor.slug;
    }
    print_item(std::cout, admin_json(done), call.json);
    return exit_code::ok;
}

using command = exit_code (*)(const invocation&, const std::string&);

void add_command_of_one(CLI::App& to, invocation& call, const std::string& name, const std::string& meaning,
                        command run) {
    const auto email = std::make_shared<std::string>();
    auto* const added = to.add_subcommand(name, meaning);
    added->add_option("--email", *email, "Address of the admin")->required();
    added->callback([&call, email, run] { call.run = [&call, email, run] { return run(call, *email); }; });
}

} // namespace

void add_admin_commands(CLI::App& app, invocation& call) {
    auto* const admins = app.add_subcommand("admin", "The platform admins");
    admins->require_subcommand(1);
    const auto given = std::make_shared<given_admin>();
    auto* const made = admins->add_subcommand(
        "create", "Create an admin of the whole installation; prints the second factor, once");
    made->add_option("--email", given->email, "Address to sign in with")->required();
    made->add_flag("--without-second-factor", given->without_factor,
                   "The admin sets one up at the first sign-in, and can do nothing else before");
    add_password_option(*made, true);
    made->callback([&call, given] { call.run = [&call, given] { return create(call, *given); }; });
    auto* const listed = admins->add_subcommand("list", "List them");
    listed->callback([&call] { call.run = [&call] { return list(call); }; });
    add_command_of_one(*admins, call, "issue-factor",
                       "Make a second factor, instead of one that was there, and print it, once",
                       issue_factor);
    add_command_of_one(*admins, call, "reset-factor",
                       "Take the second factor away: the admin sets up another one at the next sign-in",
                       reset_factor);
    add_command_of_one(*admins, call, "disable",
                       "Sign the admin out everywhere, for good, and end open support sessions", disable);
}

} // namespace kidevent::cli
