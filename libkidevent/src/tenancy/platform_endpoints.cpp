#include "tenancy/platform_endpoints.hpp"

#include "http/answer.hpp"
#include "http/json_fields.hpp"
#include "tenancy/provisioning.hpp"
#include "tenancy/tenant_resolver.hpp"

#include <boost/json/serialize.hpp>

namespace kidevent::tenancy {

namespace {

void write_tenant(http::json_writer& out, const tenant_record& of, const tenant_resolver& hosts) {
    const tenant_descriptor& told = of.descriptor;
    out.begin_object()
        .member("id", of.id)
        .member("slug", told.slug)
        .member("origin", hosts.origin_of(told.slug))
        .member("name", told.name)
        .member("time_zone", told.time_zone)
        .member("locale", told.locale)
        .member("currency", told.currency)
        .member("plan", told.plan)
        .member("owner_email", told.owner_email);
    out.key("branding").raw(told.branding);
    out.member("created_at", of.created_at);
    out.key("suspension");
    if (of.suspended_at)
        out.begin_object()
            .member("suspended_at", *of.suspended_at)
            .member("suspended_by", of.suspended_by)
            .member("reason", of.suspended_reason)
            .end_object();
    else
        out.value(nullptr);
    out.member("version", of.version).end_object();
}

response tenant_response(int status, const tenant_record& of, const http::request_context& context) {
    return http::versioned_response(status, of.version, write_tenant, of, context.parts.tenants);
}

tenant_descriptor read_descriptor(const boost::json::value& body, std::string slug) {
    tenant_descriptor read;
    read.slug = std::move(slug);
    read.name = http::text_or(body, "name");
    read.time_zone = http::text_or(body, "time_zone", read.time_zone);
    read.locale = http::text_or(body, "locale", read.locale);
    read.currency = http::text_or(body, "currency", read.currency);
    read.plan = http::text_or(body, "plan", read.plan);
    read.owner_email = http::text_or(body, "owner_email");
    if (const auto* branding = http::find_member(body, "branding"))
        read.branding = boost::json::serialize(*branding);
    return read;
}

} // namespace

task<result<response>> handle_get_organisation(http::request_context& context) {
    const tenant& here = *context.tenant;
    std::string text;
    http::json_writer out{text};
    out.begin_object()
        .member("slug", here.slug)
        .member("name", here.name)
        .member("time_zone", here.time_zone)
        .member("locale", here.locale)
        .member("currency", here.currency);
    out.key("features").begin_array();
    for (const feature_entry& each : all_features())
        if (here.features.has(each.is)) out.value(each.name);
    out.end_array().key("branding").raw(here.branding);
    out.end_object();
    co_return http::json_response(200, std::move(text));
}

task<result<response>> handle_list_tenants(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto limit = http::page_limit(context.query);
    if (!limit) co_return limit.error();
    const http::cursor_scope scope{"platform", context.operation, ""};
    std::string after;
    if (const auto cursor = context.query.find("cursor")) {
        const auto parts = context.parts.cursors.decode(scope, *cursor);
        if (!parts) co_return parts.error();
        after = parts->front();
    }
    auto listed = co_await list_tenants_after(context.parts.database, after, *limit + 1);
    const bool has_more = std::ssize(listed) > *limit;
    if (has_more) listed.pop_back();
    std::string next;
    if (has_more) next = context.parts.cursors.encode(scope, {listed.back().descriptor.slug});
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const tenant_record& each : listed)
        write_tenant(out, each, context.parts.tenants);
    out.end_array();
    http::write_page(out, *limit, next);
    out.end_object();
    co_return http::json_response(200, std::move(text));
}

task<result<response>> handle_create_tenant(http::request_context& context) {
    auto descriptor = read_descriptor(context.body, http::text_or(context.body, "slug"));
    auto creating = create_tenant(context.parts.database, std::move(descriptor), author_of(context.acting));
    const auto made = co_await creating;
    if (!made) co_return made.error();
    response answer = tenant_response(201, *made, context);
    answer.headers.push_back({"Location", "/api/v1/tenants/" + made->descriptor.slug});
    co_return answer;
}

task<result<response>> handle_get_tenant(http::request_context& context) {
    const auto found = co_await get_tenant(context.parts.database, std::string{context.parameters[0]});
    if (!found) co_return found.error();
    co_return tenant_response(200, *found, context);
}

// Creates or replaces: a descriptor can be applied again and again.
task<result<response>> handle_put_tenant(http::request_context& context) {
    auto descriptor = read_descriptor(context.body, std::string{context.parameters[0]});
    auto applying =
        apply_descriptor(context.parts.database, std::move(descriptor), author_of(context.acting));
    const auto done = co_await applying;
    if (!done) co_return done.error();
    co_return tenant_response(done->created ? 201 : 200, done->tenant, context);
}

task<result<response>> handle_put_suspension(http::request_context& context) {
    auto suspending = suspend_tenant(context.parts.database, std::string{context.parameters[0]},
                                     author_of(context.acting), http::text_or(context.body, "reason"));
    const auto done = co_await suspending;
    if (!done) co_return done.error();
    co_return tenant_response(200, *done, context);
}

task<result<response>> handle_delete_suspension(http::request_context& context) {
    auto resuming =
        resume_tenant(context.parts.database, std::string{context.parameters[0]}, author_of(context.acting));
    const auto done = co_await resuming;
    if (!done) co_return done.error();
    co_return tenant_response(200, *done, context);
}

} // namespace kidevent::tenancy
