#include "identity/admin_endpoints.hpp"

#include "http/answer.hpp"
#include "http/json_fields.hpp"
#include "identity/admin_json.hpp"

namespace kidevent::identity {

task<result<response>> handle_get_admin(http::request_context& context) {
    const auto found = co_await context.parts.admins.find_admin(context.acting.account());
    if (!found) co_return refuse(errc::not_found);
    co_return http::json_response(200, admin_text(*found));
}

// A handful of people: no pages.
task<result<response>> handle_list_admins(http::request_context& context) {
    const auto listed = co_await context.parts.admins.list_admins();
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const admin& each : listed)
        write_admin(out, each);
    out.end_array().end_object();
    co_return http::json_response(200, std::move(text));
}

task<result<response>> handle_create_admin(http::request_context& context) {
    auto adding = context.parts.admins.add_admin(context.acting, http::text_or(context.body, "code"),
                                                 http::text_or(context.body, "email"),
                                                 http::text_or(context.body, "password"));
    const auto added = co_await adding;
    if (!added) co_return added.error();
    co_return http::json_response(201, admin_text(*added));
}

task<result<response>> handle_put_admin_deactivation(http::request_context& context) {
    const auto id = context.path_id<account_id>(0);
    if (!id) co_return id.error();
    auto deactivating = context.parts.admins.deactivate_admin(context.acting, *id);
    const auto done = co_await deactivating;
    if (!done) co_return done.error();
    co_return http::json_response(200, admin_text(*done));
}

} // namespace kidevent::identity
