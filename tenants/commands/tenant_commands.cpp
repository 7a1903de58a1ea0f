#include "commands/tenant_commands.hpp"

#include "descriptor_fields.hpp"
#include "invocation.hpp"
#include "listing.hpp"
#include "operator_name.hpp"
#include "owner_account.hpp"
#include "refused.hpp"

#include "tenancy/provisioning.hpp"
#include "tenant_json.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kidevent::cli {
namespace {

constexpr int page_size = 500;

struct given_tenant {
    std::string slug, name, owner_email, time_zone, locale, currency, plan, reason;
};

boost::json::object fields_of(const given_tenant& given) {
    boost::json::object fields{
        {"slug", given.slug}, {"name", given.name}, {"owner_email", given.owner_email}};
    if (!given.time_zone.empty()) fields["time_zone"] = given.time_zone;
    if (!given.locale.empty()) fields["locale"] = given.locale;
    if (!given.currency.empty()) fields["currency"] = given.currency;
    if (!given.plan.empty()) fields["plan"] = given.plan;
    return fields;
}

// An earlier run may have ended between the organisation and its owner.
void complete_owner(opened_platform& with, const std::string& slug) {
    const auto existing = with.wait_for(tenancy::get_tenant(with.parts().database, slug));
    if (!existing || existing->suspended_at) return;
    ensure_owner(with, with.get_tenant(slug), existing->descriptor.owner_email);
}

exit_code create(const invocation& call, const given_tenant& given) {
    const auto fields = fields_of(given);
    require_no_faults(find_descriptor_faults(fields));
    opened_platform with{call};
    const auto made = with.wait_for(tenancy::create_tenant(with.parts().database, to_descriptor(fields),
                                                           tenancy::operator_of(operator_name())));
    if (!made && made.error().code == errc::slug_taken) {
        complete_owner(with, given.slug);
        throw refused(made.error(), given.slug, "`kidevent tenant show " + given.slug + "` prints it");
    }
    if (!made) throw refused(made.error(), given.slug);
    ensure_owner(with, with.get_tenant(given.slug), made->descriptor.owner_email);
    print_item(std::cout, tenant_json(*made, with.parts().tenants), call.json);
    return exit_code::ok;
}

exit_code list(const invocation& call) {
    opened_platform with{call};
    boost::json::array rows;
    std::string after;
    for (bool more = true; more;) {
        const auto page = with.wait_for(tenancy::list_tenants_after(with.parts().database, after, page_size));
        for (const auto& each : page)
            rows.push_back(tenant_json(each, with.parts().tenants));
        more = page.size() == page_size;
        if (more) after = page.back().descriptor.slug;
    }
    print_list(std::cout, {"slug", "name", "state", "plan", "origin"}, rows, call.json);
    return exit_code::ok;
}

exit_code print_changed(opened_platform& with, const invocation& call, const std::string& slug,
                        result<tenancy::tenant_record> outcome) {
    if (!outcome && outcome.error().code == errc::not_found) throw unknown_organisation(slug);
    const auto record = required(std::move(outcome), slug);
    print_item(std::cout, tenant_json(record, with.parts().tenants), call.json);
    return exit_code::ok;
}

exit_code show(const invocation& call, const std::string& slug) {
    opened_platform with{call};
    return print_changed(with, call, slug, with.wait_for(tenancy::get_tenant(with.parts().database, slug)));
}

exit_code suspend(const invocation& call, const given_tenant& given) {
    require_no_faults(find_schema_faults("NewSuspension", {{"reason", given.reason}}));
    opened_platform with{call};
    auto outcome = with.wait_for(tenancy::suspend_tenant(
        with.parts().database, given.slug, tenancy::operator_of(operator_name()), given.reason));
    return print_changed(with, call, given.slug, std::move(outcome));
}

exit_code resume(const invocation& call, const std::string& slug) {
    opened_platform with{call};
    auto outcome = with.wait_for(
        tenancy::resume_tenant(with.parts().database, slug, tenancy::operator_of(operator_name())));
    return print_changed(with, call, slug, std::move(outcome));
}

CLI::App* add_one(CLI::App& group, const std::string& name, const std::string& about,
                  const std::shared_ptr<given_tenant>& given) {
    auto* const command = group.add_subcommand(name, about);
    command->add_option("slug", given->slug, "Name of the organisation: the first part of its host")
        ->required()
        ->type_name("SLUG");
    return command;
}

void add_create(CLI::App& group, invocation& call, const std::shared_ptr<given_tenant>& given) {
    auto* const command = add_one(group, "create", "Create an organisation, and its owner's account", given);
    command->add_option("--name", given->name, "Name as people write it")->required();
    command->add_option("--owner-email", given->owner_email, "Address of the owner")->required();
    command->add_option("--time-zone", given->time_zone, "IANA time zone (default: UTC)");
    command->add_option("--locale", given->locale, "BCP 47 tag (default: en)");
    command->add_option("--currency", given->currency, "ISO 4217 code (default: EUR)");
    command->add_option("--plan", given->plan, "Plan (default: standard)");
    command->callback([&call, given] { call.run = [&call, given] { return create(call, *given); }; });
}

} // namespace

void add_tenant_commands(CLI::App& app, invocation& call) {
    auto* const group = app.add_subcommand("tenant", "Create, list, show, suspend and resume organisations");
    group->require_subcommand(1);
    const auto given = std::make_shared<given_tenant>();
    add_create(*group, call, given);
    group->add_subcommand("list", "List the organisations by slug")->callback([&call] {
        call.run = [&call] { return list(call); };
    });
    add_one(*group, "show", "Print an organisation", given)->callback([&call, given] {
        call.run = [&call, given] { return show(call, given->slug); };
    });
    auto* const suspending =
        add_one(*group, "suspend", "Refuse everything at an organisation until it is resumed", given);
    suspending->add_option("--reason", given->reason, "Why; kept with the organisation")->required();
    suspending->callback([&call, given] { call.run = [&call, given] { return suspend(call, *given); }; });
    add_one(*group, "resume", "Let a suspended organisation go on", given)->callback([&call, given] {
        call.run = [&call, given] { return resume(call, given->slug); };
    });
}

} // namespace kidevent::cli
