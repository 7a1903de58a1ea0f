#include "identity/account_endpoints.hpp"

#include "http/answer.hpp"
#include "http/cookie.hpp"
#include "http/json_fields.hpp"
#include "identity/account_json.hpp"
#include "identity/account_service.hpp"

#include <algorithm>

namespace kidevent::identity {

namespace {

// One's own account is changed by oneself, not by a key that one has made.
result<> check_person(const http::request_context& context) {
    if (context.acting.login() == uuid{}) return refuse(errc::forbidden);
    return {};
}

bool is_language(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
}

void write_login(http::json_writer& out, const listed_login& of, bool is_current) {
    out.begin_object()
        .member("id", of.id)
        .member("created_at", of.created_at)
        .member("last_seen_at", of.last_seen_at)
        .member("device", of.device)
        .member("is_current", is_current)
        .end_object();
}

// An empty answer to what was done, or why it was not.
result<response> done_or(const result<>& done, int status) {
    if (!done) return done.error();
    return http::empty_response(status);
}

} // namespace

task<result<response>> handle_update_account(http::request_context& context) {
    const auto person = check_person(context);
    if (!person) co_return person.error();
    profile_change wanted{http::find_text(context.body, "given_name"),
                          http::find_text(context.body, "family_name"), std::nullopt};
    if (context.body.as_object().contains("language")) {
        const auto language = http::find_text(context.body, "language");
        if (language && !is_language(*language))
            co_return refuse(errc::invalid_fields, "/language", "bad_format",
                             "must be a language tag such as de-AT");
        wanted.language.emplace(language);
    }
    auto changing = change_profile(context, std::move(wanted));
    const auto changed = co_await changing;
    if (!changed) co_return changed.error();
    co_return http::json_response(200, account_text(*changed));
}

task<result<response>> handle_put_password(http::request_context& context) {
    const auto person = check_person(context);
    if (!person) co_return person.error();
    auto changing = change_password(context, http::text_or(context.body, "current_password"),
                                    http::text_or(context.body, "password"));
    const auto changed = co_await changing;
    co_return done_or(changed, 204);
}

task<result<response>> handle_create_email_change(http::request_context& context) {
    const auto person = check_person(context);
    if (!person) co_return person.error();
    auto asking = ask_for_other_email(context, http::text_or(context.body, "email"),
                                      http::text_or(context.body, "current_password"));
    const auto asked = co_await asking;
    co_return done_or(asked, 202);
}

task<result<response>> handle_create_email_verification(http::request_context& context) {
    const auto person = check_person(context);
    if (!person) co_return person.error();
    auto asking = ask_for_verification(context);
    const auto asked = co_await asking;
    co_return done_or(asked, 202);
}

task<result<response>> handle_create_password_reset(http::request_context& context) {
    auto asking = ask_for_password_reset(context, http::text_or(context.body, "email"));
    const auto asked = co_await asking;
    co_return done_or(asked, 202);
}

task<result<response>> handle_list_logins(http::request_context& context) {
    const auto person = check_person(context);
    if (!person) co_return person.error();
    auto listing = list_logins(context);
    const auto listed = co_await listing;
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const listed_login& each : listed)
        write_login(out, each, each.id.value == context.acting.login());
    out.end_array().end_object();
    co_return http::json_response(200, std::move(text));
}

task<result<response>> handle_delete_other_logins(http::request_context& context) {
    const auto person = check_person(context);
    if (!person) co_return person.error();
    auto ending = end_other_logins(context);
    co_await ending;
    co_return http::empty_response(204);
}

task<result<response>> handle_delete_login_by_id(http::request_context& context) {
    const auto person = check_person(context);
    if (!person) co_return person.error();
    const auto id = context.path_id<login_id>(0);
    if (!id) co_return id.error();
    auto ending = end_login(context, *id);
    const auto ended = co_await ending;
    if (!ended) co_return ended.error();
    response answer = http::empty_response(204);
    if (id->value == context.acting.login())
        answer.headers.push_back({"Set-Cookie", http::expired_login_cookie()});
    co_return answer;
}

} // namespace kidevent::identity
