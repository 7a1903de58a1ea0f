#include "identity/api_key_endpoints.hpp"

#include "http/answer.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "identity/api_key_service.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

void write_members(http::json_writer& out, const api_key& of) {
    out.member("id", of.id).member("name", of.name).key("scopes").begin_array();
    for (const std::string& each : of.scopes)
        out.value(each);
    out.end_array()
        .member("created_by", of.created_by)
        .member("created_at", of.created_at)
        .member("expires_at", of.expires_at)
        .member("last_used_at", of.last_used_at)
        .member("revoked_at", of.revoked_at);
}

void write_api_key(http::json_writer& out, const api_key& of) {
    out.begin_object();
    write_members(out, of);
    out.end_object();
}

// The only answers that ever hold a key: to whoever has just made it.
response secret_response(const api_key_with_secret& made) {
    std::string text;
    http::json_writer out{text};
    out.begin_object();
    write_members(out, made.what);
    out.member("key", made.text.reveal()).end_object();
    response answer = http::json_response(201, std::move(text));
    answer.headers.push_back({"Cache-Control", "no-store"});
    return answer;
}

new_api_key read_wanted(const boost::json::value& body) {
    new_api_key read{http::text_or(body, "name"), {}, http::find_timestamp(body, "expires_at")};
    for (const auto& each : body.at("scopes").as_array())
        read.scopes.emplace_back(std::string_view{each.as_string()});
    return read;
}

} // namespace

task<result<response>> handle_list_api_keys(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto page = http::id_page<api_key_id>::read(context, context.tenant->handle.id(), "");
    if (!page) co_return page.error();
    auto listing = context.parts.api_keys.list(*context.tenant, page->after(), page->rows_wanted());
    auto listed = co_await listing;
    co_return page->answer(std::move(listed), write_api_key, [](const api_key& of) { return of.id; });
}

task<result<response>> handle_create_api_key(http::request_context& context) {
    auto creating = context.parts.api_keys.create(*context.tenant, context.acting, read_wanted(context.body));
    const auto made = co_await creating;
    if (!made) co_return made.error();
    co_return secret_response(*made);
}

task<result<response>> handle_rotate_api_key(http::request_context& context) {
    const auto id = context.path_id<api_key_id>(0);
    if (!id) co_return id.error();
    auto rotating = context.parts.api_keys.rotate(*context.tenant, context.acting, *id);
    const auto made = co_await rotating;
    if (!made) co_return made.error();
    co_return secret_response(*made);
}

task<result<response>> handle_revoke_api_key(http::request_context& context) {
    const auto id = context.path_id<api_key_id>(0);
    if (!id) co_return id.error();
    auto revoking = context.parts.api_keys.revoke(*context.tenant, context.acting, *id);
    const auto done = co_await revoking;
    if (!done) co_return done.error();
    co_return http::empty_response(204);
}

} // namespace kidevent::identity
