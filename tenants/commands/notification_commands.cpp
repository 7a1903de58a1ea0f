#include "commands/notification_commands.hpp"

#include "invocation.hpp"
#include "listing.hpp"
#include "opened_platform.hpp"
#include "refused.hpp"

#include "core/time_text.hpp"
#include "identity/account.hpp"
#include "notifications/notification_operations.hpp"
#include "notifications/notification_preview.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

namespace kidevent::cli {
namespace {

using namespace notifications;

struct given_words {
    std::string tenant, id, state, account, channel = "email", address, reason, kind, locale, file;
    int limit = 100;
};
using words = std::shared_ptr<given_words>;

boost::json::value time_of(const std::optional<timestamp>& when) {
    if (!when) return nullptr;
    std::string text;
    append_rfc3339(text, *when);
    return boost::json::value(text);
}

template<class T> boost::json::value or_null(const std::optional<T>& value) {
    if (!value) return nullptr;
    return boost::json::value(*value);
}

boost::json::object notification_json(const notification& of) {
    return {{"id", to_string(of.id.value)},
            {"kind", of.kind},
            {"channel", of.channel},
            {"account", to_string(of.to.value)},
            {"subject", to_string(of.subject)},
            {"state", of.state},
            {"attempts", of.attempts},
            {"scheduled_for", time_of(of.scheduled_for)},
            {"sent_at", time_of(of.sent_at)},
            {"code", or_null(of.code)},
            {"detail", or_null(of.detail)},
            {"message_id", or_null(of.message_id)},
            {"created_at", time_of(of.created_at)}};
}

boost::json::object suppressed_json(const suppressed_address& of) {
    return {{"address", of.address}, {"channel", of.channel}, {"reason", of.reason},
            {"bounces", of.bounces}, {"detail", of.detail},   {"suppressed_at", time_of(of.suppressed_at)}};
}

uuid id_of(const std::string& text, const std::string& what) {
    const auto read = parse_uuid(text);
    if (!read) throw command_error{exit_code::usage, what + ": '" + text + "' is no id"};
    return *read;
}

exit_code list(const invocation& call, const given_words& given) {
    log_filter wanted;
    if (!given.state.empty()) wanted.state = given.state;
    if (!given.account.empty()) wanted.account = account_id{id_of(given.account, "--account")};
    opened_platform with{call};
    const auto at = with.get_tenant(given.tenant);
    boost::json::array rows;
    for (const auto& each :
         with.wait_for(list_notifications(with.parts().database, at->handle, wanted, given.limit)))
        rows.push_back(notification_json(each));
    print_list(std::cout, {"id", "kind", "channel", "state", "attempts", "scheduled_for", "detail"}, rows,
               call.json);
    return exit_code::ok;
}

exit_code show(const invocation& call, const given_words& given) {
    const notification_id id{id_of(given.id, "ID")};
    opened_platform with{call};
    const auto at = with.get_tenant(given.tenant);
    const auto found =
        required(with.wait_for(find_notification(with.parts().database, at->handle, id)), given.id);
    print_item(std::cout, notification_json(found), call.json);
    return exit_code::ok;
}

exit_code retry(const invocation& call, const given_words& given) {
    const notification_id id{id_of(given.id, "ID")};
    opened_platform with{call};
    const auto at = with.get_tenant(given.tenant);
    required(
        with.wait_for(retry_notification(with.parts().database, at->handle, id, with.parts().time.now())),
        given.id, "only what was not sent can be sent again");
    print_item(std::cout, {{"id", given.id}, {"state", "queued"}}, call.json);
    return exit_code::ok;
}

exit_code suppress(const invocation& call, const given_words& given) {
    const std::string address =
        given.channel == "email" ? identity::normalised_email(given.address) : given.address;
    opened_platform with{call};
    const auto at = with.get_tenant(given.tenant);
    with.parts().block_on(suppress_address(with.parts().database, at->handle,
                                           find_channel(given.channel).value(), address, given.reason));
    print_item(std::cout, {{"address", address}, {"channel", given.channel}, {"suppressed", true}},
               call.json);
    return exit_code::ok;
}

exit_code unsuppress(const invocation& call, const given_words& given) {
    const std::string address =
        given.channel == "email" ? identity::normalised_email(given.address) : given.address;
    opened_platform with{call};
    const auto at = with.get_tenant(given.tenant);
    required(with.wait_for(unsuppress_address(with.parts().database, at->handle,
                                              find_channel(given.channel).value(), address)),
             address, "`kidevent notifications suppressed` lists them");
    print_item(std::cout, {{"address", address}, {"channel", given.channel}, {"suppressed", false}},
               call.json);
    return exit_code::ok;
}

exit_code suppressed(const invocation& call, const given_words& given) {
    opened_platform with{call};
    const auto at = with.get_tenant(given.tenant);
    boost::json::array rows;
    for (const auto& each : with.wait_for(list_suppressed(with.parts().database, at->handle, given.limit)))
        rows.push_back(suppressed_json(each));
    print_list(std::cout, {"address", "channel", "reason", "bounces", "suppressed_at", "detail"}, rows,
               call.json);
    return exit_code::ok;
}

exit_code stats(const invocation& call, const given_words& given) {
    opened_platform with{call};
    const auto at = with.get_tenant(given.tenant);
    boost::json::array rows;
    for (const auto& each : with.wait_for(count_notifications(with.parts().database, at->handle)))
        rows.push_back(boost::json::object{
            {"state", each.state}, {"channel", each.channel}, {"messages", each.messages}});
    print_list(std::cout, {"state", "channel", "messages"}, rows, call.json);
    return exit_code::ok;
}

exit_code preview(const invocation& call, const given_words& given) {
    wanted_preview wanted{find_kind(given.kind).value(), find_channel(given.channel).value(), {}, {}};
    if (!given.id.empty()) wanted.subject = id_of(given.id, "--subject");
    if (!given.locale.empty()) wanted.as.locale = given.locale;
    opened_platform with{call};
    const auto at = with.get_tenant(given.tenant);
    const auto made = required(with.wait_for(preview_message(with.parts().database, at->handle,
                                                             with.parts().with, std::move(wanted), nullptr)),
                               given.id.empty() ? given.kind : given.id);
    if (call.json)
        print_item(std::cout, {{"subject", made.subject}, {"text", made.text}, {"html", made.html}}, true);
    else
        std::cout << "Subject: " << made.subject << "\n\n" << made.text;
    return exit_code::ok;
}

std::string read_all(const std::string& file) {
    if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
    std::ifstream from(file, std::ios::binary);
    if (!from) throw command_error{exit_code::bad_data, "'" + file + "' cannot be read"};
    return {std::istreambuf_iterator<char>(from), {}};
}

// A report is nobody's fault: one about an organisation or a message that is not there is counted and left
// alone.
exit_code import_bounces(const invocation& call, const given_words& given) {
    const std::string text = read_all(given.file);
    opened_platform with{call};
    auto& parts = with.parts();
    const auto reports = read_bounce_reports(text, parts.with.http.base_domain);
    std::int64_t recorded = 0;
    for (const bounce_report& each : reports) {
        const auto at = with.wait_for(parts.tenants.resolve_slug(each.slug));
        if (at && with.wait_for(record_bounce(parts.database, (*at)->handle, each, parts.with.notifications)))
            ++recorded;
    }
    print_item(std::cout, {{"reports", reports.size()}, {"recorded", recorded}}, call.json);
    return exit_code::ok;
}

using runner = exit_code (*)(const invocation&, const given_words&);

struct added {
    CLI::App* command;
    words given;
};
added add(CLI::App& group, invocation& call, const char* name, const char* meaning, runner run,
          bool of_organisation = true) {
    const auto given = std::make_shared<given_words>();
    auto* const command = group.add_subcommand(name, meaning);
    if (of_organisation)
        command->add_option("--tenant", given->tenant, "Slug of the organisation")
            ->required()
            ->type_name("SLUG");
    command->callback([&call, given, run] { call.run = [&call, given, run] { return run(call, *given); }; });
    return {command, given};
}

void add_limit(const added& to) {
    to.command->add_option("--limit", to.given->limit, "At most that many (default: 100)")
        ->check(CLI::Range(1, 10000));
}

void add_channel(const added& to) {
    to.command->add_option("--channel", to.given->channel, "email, sms or push (default: email)")
        ->check(CLI::IsMember(std::vector<std::string>{"email", "sms", "push"}));
}

void add_address_commands(CLI::App& group, invocation& call) {
    const auto listed =
        add(group, call, "suppressed", "List addresses that messages came back from", suppressed);
    add_limit(listed);
    const auto suppressing = add(group, call, "suppress", "Send nothing more to an address", suppress);
    suppressing.command->add_option("address", suppressing.given->address, "The address")->required();
    suppressing.command->add_option("--reason", suppressing.given->reason, "Why")->required();
    add_channel(suppressing);
    const auto unsuppressing = add(group, call, "unsuppress", "Send to an address again", unsuppress);
    unsuppressing.command->add_option("address", unsuppressing.given->address, "The address")->required();
    add_channel(unsuppressing);
    const auto bounces = add(group, call, "bounces",
                             "Record messages that came back, as a mail server or a provider reports them",
                             import_bounces, false);
    bounces.command
        ->add_option("file", bounces.given->file, "A report (RFC 3464) or JSON lines; -: standard input")
        ->required()
        ->type_name("FILE");
}

} // namespace

void add_notification_commands(CLI::App& app, invocation& call) {
    auto* const group = app.add_subcommand("notifications", "Messages to people: list, send again, preview");
    group->require_subcommand(1);
    const auto listed = add(*group, call, "list", "List messages, newest first", list);
    listed.command->add_option("--state", listed.given->state, "Only in this state")
        ->check(CLI::IsMember(
            std::vector<std::string>{"queued", "deferred", "sent", "failed", "suppressed", "bounced"}));
    listed.command->add_option("--account", listed.given->account, "Only to this account")->type_name("ID");
    add_limit(listed);
    const auto shown = add(*group, call, "show", "Show one message", show);
    shown.command->add_option("id", shown.given->id, "Id of the message")->required();
    const auto retried = add(*group, call, "retry", "Send a message that was not sent", retry);
    retried.command->add_option("id", retried.given->id, "Id of the message")->required();
    add(*group, call, "stats", "Count messages by state and channel", stats);
    std::vector<std::string> kinds;
    for (const notification_rule& each : all_notification_rules())
        kinds.emplace_back(each.name);
    const auto previewed =
        add(*group, call, "preview", "Print what a message would say; nothing is sent", preview);
    previewed.command->add_option("kind", previewed.given->kind, "Kind of the message")
        ->required()
        ->check(CLI::IsMember(kinds));
    previewed.command
        ->add_option("--subject", previewed.given->id,
                     "Of a registration, an event, a session or (daily_digest) a household")
        ->type_name("ID");
    previewed.command->add_option("--locale", previewed.given->locale,
                                  "Language (default: the organisation's)");
    add_channel(previewed);
    add_address_commands(*group, call);
}

} // namespace kidevent::cli
