#include "identity/identity_endpoints.hpp"

#include "http/answer.hpp"
#include "http/cookie.hpp"
#include "http/json_fields.hpp"
#include "identity/account_json.hpp"
#include "identity/admin_json.hpp"
#include "identity/admin_service.hpp"
#include "identity/device_text.hpp"
#include "identity/login_service.hpp"
#include "identity/support_service.hpp"
#include "telemetry/metrics.hpp"

namespace kidevent::identity {

namespace {

response signed_in_response(std::string body, std::string_view token, std::chrono::seconds lifetime) {
    response answer = http::json_response(201, std::move(body));
    answer.headers.push_back({"Set-Cookie", http::login_cookie(token, lifetime)});
    return answer;
}

response signed_out_response() {
    response answer = http::empty_response(204);
    answer.headers.push_back({"Set-Cookie", http::expired_login_cookie()});
    return answer;
}

credentials read_credentials(const http::request_context& context) {
    return {http::text_or(context.body, "email"), http::text_or(context.body, "password"),
            context.incoming.remote_address, http::text_or(context.body, "code"),
            device_text(context.incoming.header_value("User-Agent"))};
}

// How an attempt to sign in ended.
template<class Outcome> void count_sign_in(const http::request_context& context, const Outcome& done) {
    std::string_view outcome = "succeeded";
    if (!done) {
        const errc why = done.error().code;
        outcome = why == errc::sign_in_failed           ? "failed"
                  : why == errc::too_many_requests      ? "limited"
                  : why == errc::second_factor_required ? "code_wanted"
                                                        : "other";
    }
    context.parts.counts.add(telemetry::metric_named("kidevent_sign_ins_total"), outcome);
}

} // namespace

task<result<response>> handle_create_account(http::request_context& context) {
    new_account wanted{http::text_or(context.body, "email"), http::text_or(context.body, "password"),
                       role::guardian, http::text_or(context.body, "given_name"),
                       http::text_or(context.body, "family_name")};
    auto& logins = context.parts.logins;
    auto signing_up = logins.sign_up(*context.tenant, std::move(wanted), read_credentials(context));
    const auto done = co_await signing_up;
    if (!done) co_return done.error();
    context.parts.counts.add(telemetry::metric_named("kidevent_accounts_created_total"));
    co_return signed_in_response(account_text(done->person), done->token, logins.login_lifetime());
}

task<result<response>> handle_create_login(http::request_context& context) {
    auto& logins = context.parts.logins;
    auto signing_in = logins.sign_in(*context.tenant, read_credentials(context));
    const auto done = co_await signing_in;
    count_sign_in(context, done);
    if (!done) co_return done.error();
    co_return signed_in_response(account_text(done->person), done->token, logins.login_lifetime());
}

task<result<response>> handle_delete_login(http::request_context& context) {
    if (context.acting.acts_as() == role::support) {
        auto leaving = context.parts.support.end(*context.tenant, context.acting,
                                                 support_session_id{context.acting.login()});
        const auto left = co_await leaving;
        if (!left) co_return left.error();
        co_return signed_out_response();
    }
    co_await context.parts.logins.sign_out(*context.tenant, context.acting, context.login_token);
    co_return signed_out_response();
}

task<result<response>> handle_get_account(http::request_context& context) {
    const auto found = co_await context.parts.logins.find_account(*context.tenant, context.acting.account());
    if (!found) co_return refuse(errc::not_found);
    co_return http::json_response(200, account_text(*found));
}

task<result<response>> handle_create_admin_login(http::request_context& context) {
    auto signing_in = context.parts.admins.sign_in(read_credentials(context));
    const auto done = co_await signing_in;
    count_sign_in(context, done);
    if (!done) co_return done.error();
    co_return signed_in_response(admin_text(done->person), done->token,
                                 context.parts.admins.login_lifetime());
}

task<result<response>> handle_delete_admin_login(http::request_context& context) {
    co_await context.parts.admins.sign_out(context.login_token);
    co_return signed_out_response();
}

} // namespace kidevent::identity
