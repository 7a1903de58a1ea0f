#include "identity/second_factor_endpoints.hpp"

#include "http/answer.hpp"
#include "http/cookie.hpp"
#include "http/json_fields.hpp"
#include "identity/admin_service.hpp"
#include "identity/login_service.hpp"
#include "identity/second_factor_service.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

response state_response(const second_factor_state& of, bool required) {
    std::string text;
    http::json_writer out{text};
    out.begin_object()
        .member("enrolled_at", of.enrolled_at)
        .member("recovery_codes_left", of.recovery_codes_left)
        .member("required", required)
        .end_object();
    return http::json_response(200, std::move(text));
}

// Answers that hold a secret are kept nowhere.
response secret_response(int status, std::string text) {
    response answer = http::json_response(status, std::move(text));
    answer.headers.push_back({"Cache-Control", "no-store"});
    return answer;
}

response pending_response(const pending_factor& of) {
    std::string text;
    http::json_writer out{text};
    out.begin_object().member("uri", of.uri).member("secret", of.secret).end_object();
    return secret_response(201, std::move(text));
}

response codes_response(int status, const std::vector<std::string>& codes) {
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("recovery_codes").begin_array();
    for (const std::string& each : codes)
        out.value(each);
    out.end_array().end_object();
    return secret_response(status, std::move(text));
}

response rules_response(const security_rules& of) {
    std::string text;
    http::json_writer out{text};
    out.begin_object().member("second_factor_for_staff", of.second_factor_for_staff).end_object();
    return http::json_response(200, std::move(text));
}

std::string code_of(const http::request_context& context) { return http::text_or(context.body, "code"); }

// Whoever found a browser open must not make it theirs: the password is asked for again. Who signs in by an
// identity provider and has none is asked for none.
task<result<account>> confirm_password(http::request_context& context) {
    auto& logins = context.parts.logins;
    auto finding = logins.find_account(*context.tenant, context.acting.account());
    auto person = co_await finding;
    if (!person) co_return refuse(errc::not_found);
    auto asking = context.parts.second_factors.has_password(*context.tenant, person->id);
    const bool has_password = co_await asking;
    if (has_password) {
        auto checking =
            logins.check_password(*context.tenant, person->email, http::text_or(context.body, "password"));
        const auto checked = co_await checking;
        if (!checked && checked.error().code == errc::sign_in_failed)
            co_return refuse(errc::invalid_fields, "/password", "wrong", "is not your password");
        if (!checked) co_return checked.error();
    }
    co_return std::move(*person);
}

} // namespace

task<result<response>> handle_get_second_factor(http::request_context& context) {
    auto& factors = context.parts.second_factors;
    auto finding = factors.find_state(*context.tenant, context.acting.account());
    const auto found = co_await finding;
    auto asking = factors.find_rules(*context.tenant);
    const auto rules = co_await asking;
    co_return state_response(found, context.acting.is_staff() && rules.second_factor_for_staff);
}

task<result<response>> handle_create_second_factor(http::request_context& context) {
    auto confirming = confirm_password(context);
    const auto person = co_await confirming;
    if (!person) co_return person.error();
    auto beginning = context.parts.second_factors.begin(*context.tenant, person->id, person->email);
    const auto begun = co_await beginning;
    if (!begun) co_return begun.error();
    co_return pending_response(*begun);
}

task<result<response>> handle_put_second_factor_confirmation(http::request_context& context) {
    auto confirming = context.parts.second_factors.confirm(*context.tenant, context.acting, code_of(context));
    const auto codes = co_await confirming;
    if (!codes) co_return codes.error();
    co_return codes_response(200, *codes);
}

task<result<response>> handle_create_recovery_codes(http::request_context& context) {
    auto confirming = confirm_password(context);
    const auto person = co_await confirming;
    if (!person) co_return person.error();
    auto renewing =
        context.parts.second_factors.renew_recovery_codes(*context.tenant, context.acting, code_of(context));
    const auto codes = co_await renewing;
    if (!codes) co_return codes.error();
    co_return codes_response(201, *codes);
}

task<result<response>> handle_put_second_factor_removal(http::request_context& context) {
    auto confirming = confirm_password(context);
    const auto person = co_await confirming;
    if (!person) co_return person.error();
    auto removing = context.parts.second_factors.remove(*context.tenant, context.acting, code_of(context));
    const auto removed = co_await removing;
    if (!removed) co_return removed.error();
    co_return http::empty_response(204);
}

task<result<response>> handle_reset_second_factor(http::request_context& context) {
    const auto id = context.path_id<account_id>(0);
    if (!id) co_return id.error();
    auto resetting = context.parts.second_factors.reset(*context.tenant, context.acting, *id);
    const auto done = co_await resetting;
    if (!done) co_return done.error();
    co_return http::empty_response(204);
}

task<result<response>> handle_get_security_rules(http::request_context& context) {
    auto finding = context.parts.second_factors.find_rules(*context.tenant);
    const auto rules = co_await finding;
    co_return rules_response(rules);
}

task<result<response>> handle_put_security_rules(http::request_context& context) {
    const security_rules wanted{context.body.at("second_factor_for_staff").as_bool()};
    auto putting = context.parts.second_factors.put_rules(*context.tenant, context.acting, wanted);
    const auto rules = co_await putting;
    co_return rules_response(rules);
}

task<result<response>> handle_get_admin_second_factor(http::request_context& context) {
    auto finding = context.parts.admins.find_factor_state(context.acting.account());
    const auto found = co_await finding;
    co_return state_response(found, true);
}

task<result<response>> handle_create_admin_second_factor(http::request_context& context) {
    auto beginning = context.parts.admins.begin_factor(context.acting);
    const auto begun = co_await beginning;
    if (!begun) co_return begun.error();
    co_return pending_response(*begun);
}

task<result<response>> handle_put_admin_second_factor_confirmation(http::request_context& context) {
    auto confirming = context.parts.admins.confirm_factor(context.acting, code_of(context));
    const auto done = co_await confirming;
    if (!done) co_return done.error();
    response answer = codes_response(200, done->recovery_codes);
    answer.headers.push_back(
        {"Set-Cookie", http::login_cookie(done->token, context.parts.admins.login_lifetime())});
    co_return answer;
}

task<result<response>> handle_create_admin_recovery_codes(http::request_context& context) {
    auto renewing = context.parts.admins.renew_recovery_codes(context.acting, code_of(context));
    const auto codes = co_await renewing;
    if (!codes) co_return codes.error();
    co_return codes_response(201, *codes);
}

} // namespace kidevent::identity
