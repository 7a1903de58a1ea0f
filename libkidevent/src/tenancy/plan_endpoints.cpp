#include "tenancy/plan_endpoints.hpp"

#include "http/answer.hpp"
#include "tenancy/plan_json.hpp"

namespace kidevent::tenancy {

namespace {

void write_record(http::json_writer& out, const plan_record& of) {
    out.begin_object().member("name", of.is.name);
    write_plan_members(out, of.is);
    out.member("version", of.version)
        .member("updated_at", of.updated_at)
        .member("updated_by", of.updated_by)
        .end_object();
}

void write_change(http::json_writer& out, const plan_change& of) {
    out.begin_object()
        .member("plan", of.plan)
        .member("slug", of.slug)
        .member("changed_at", of.changed_at)
        .member("changed_by", of.changed_by);
    out.key("before");
    if (of.before)
        out.raw(*of.before);
    else
        out.value(nullptr);
    out.key("after").raw(of.after);
    out.end_object();
}

response plan_response(int status, const plan_record& of) {
    return http::versioned_response(status, of.version, write_record, of);
}

} // namespace

// All of them: an installation has a handful.
task<result<response>> handle_list_plans(http::request_context& context) {
    const auto listed = co_await list_plans(context.parts.database);
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const plan_record& each : listed)
        write_record(out, each);
    out.end_array().end_object();
    co_return http::json_response(200, std::move(text));
}

task<result<response>> handle_get_plan(http::request_context& context) {
    const auto found = co_await get_plan(context.parts.database, std::string{context.parameters[0]});
    if (!found) co_return found.error();
    co_return plan_response(200, *found);
}

task<result<response>> handle_put_plan(http::request_context& context) {
    auto wanted = read_plan(context.body, std::string{context.parameters[0]});
    auto applying = apply_plan(context.parts.database, std::move(wanted), author_of(context.acting));
    const auto done = co_await applying;
    if (!done) co_return done.error();
    co_return plan_response(done->created ? 201 : 200, done->plan);
}

task<result<response>> handle_list_plan_changes(http::request_context& context) {
    const auto known = context.query.check_names({"limit"});
    if (!known) co_return known.error();
    const auto limit = http::page_limit(context.query);
    if (!limit) co_return limit.error();
    const std::string name{context.parameters[0]};
    const auto found = co_await get_plan(context.parts.database, name);
    if (!found) co_return found.error();
    const auto listed = co_await list_plan_changes(context.parts.database, name, *limit);
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const plan_change& each : listed)
        write_change(out, each);
    out.end_array().end_object();
    co_return http::json_response(200, std::move(text));
}

} // namespace kidevent::tenancy
