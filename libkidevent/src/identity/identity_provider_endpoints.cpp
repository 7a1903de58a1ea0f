#include "identity/identity_provider_endpoints.hpp"

#include "http/answer.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "identity/identity_provider_service.hpp"
#include "identity/oidc_repository.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

void write_provider(http::json_writer& out, const identity_provider& of, const std::string& origin) {
    out.begin_object()
        .member("id", of.id)
        .member("name", of.name)
        .member("issuer", of.issuer)
        .member("client_id", of.client_id)
        .member("has_client_secret", of.has_secret)
        .member("client_authentication", of.client_authentication)
        .member("scopes", of.scopes)
        .member("sign_up_allowed", of.sign_up_allowed)
        .member("links_by_email", of.links_by_email)
        .member("redirect_uri", origin + "/api/v1/identity-providers/" + to_string(of.id.value) + "/callback")
        .member("enabled", !of.disabled_at)
        .member("disabled_at", of.disabled_at)
        .member("created_at", of.created_at)
        .member("version", of.version)
        .end_object();
}

response provider_response(int status, const identity_provider& of, const http::request_context& context) {
    response made = http::versioned_response(status, of.version, write_provider, of, context.tenant->origin);
    if (status == 201)
        made.headers.push_back({"Location", "/api/v1/identity-providers/" + to_string(of.id.value)});
    return made;
}

std::optional<bool> find_flag(const boost::json::value& body, std::string_view name) {
    const auto* const found = http::find_member(body, name);
    if (!found) return std::nullopt;
    return found->as_bool();
}

identity_provider_change read_change(const boost::json::value& body) {
    identity_provider_change read;
    read.name = http::find_text(body, "name");
    read.issuer = http::find_text(body, "issuer");
    read.client_id = http::find_text(body, "client_id");
    if (auto text = http::find_text(body, "client_secret")) read.client_secret = secret{std::move(*text)};
    read.client_authentication = http::find_text(body, "client_authentication");
    read.scopes = http::find_text(body, "scopes");
    read.sign_up_allowed = find_flag(body, "sign_up_allowed");
    read.links_by_email = find_flag(body, "links_by_email");
    read.enabled = find_flag(body, "enabled");
    return read;
}

} // namespace

task<result<response>> handle_list_identity_providers(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto page = http::id_page<identity_provider_id>::read(context, context.tenant->handle.id(), "");
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_providers(batch, page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    const std::string& origin = context.tenant->origin;
    co_return page->answer(
        read_providers(found.rows()),
        [&origin](http::json_writer& out, const identity_provider& of) { write_provider(out, of, origin); },
        [](const identity_provider& of) { return of.id; });
}

task<result<response>> handle_create_identity_provider(http::request_context& context) {
    auto creating = create_identity_provider(context, read_change(context.body));
    const auto made = co_await creating;
    if (!made) co_return made.error();
    co_return provider_response(201, *made, context);
}

task<result<response>> handle_get_identity_provider(http::request_context& context) {
    const auto id = context.path_id<identity_provider_id>(0);
    if (!id) co_return id.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_find_provider(batch, *id);
    auto running = batch.run();
    co_await running;
    const auto read = read_providers(found.rows());
    if (read.empty()) co_return refuse(errc::not_found);
    co_return provider_response(200, read.front(), context);
}

task<result<response>> handle_update_identity_provider(http::request_context& context) {
    const auto id = context.path_id<identity_provider_id>(0);
    if (!id) co_return id.error();
    const auto seen_version = http::required_version(context.incoming);
    if (!seen_version) co_return seen_version.error();
    auto updating = update_identity_provider(context, *id, *seen_version, read_change(context.body));
    const auto written = co_await updating;
    if (!written) co_return written.error();
    co_return provider_response(200, *written, context);
}

task<result<response>> handle_delete_identity_provider(http::request_context& context) {
    const auto id = context.path_id<identity_provider_id>(0);
    if (!id) co_return id.error();
    const auto seen_version = http::required_version(context.incoming);
    if (!seen_version) co_return seen_version.error();
    auto deleting = delete_identity_provider(context, *id, *seen_version);
    const auto done = co_await deleting;
    if (!done) co_return done.error();
    co_return http::empty_response(204);
}

task<result<response>> handle_list_sign_in_providers(http::request_context& context) {
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_open_providers(batch);
    auto running = batch.run();
    co_await running;
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const db::row each : found.rows())
        out.begin_object()
            .member("id", each.get<identity_provider_id>(0))
            .member("name", each.get<std::string_view>(1))
            .end_object();
    out.end_array().end_object();
    co_return http::json_response(200, std::move(text));
}

} // namespace kidevent::identity
