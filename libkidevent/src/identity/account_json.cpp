#include "identity/account_json.hpp"

namespace kidevent::identity {

void write_account(http::json_writer& out, const account& of) {
    out.begin_object()
        .member("id", of.id)
        .member("email", of.email)
        .member("email_verified", of.email_verified)
        .member("role", to_text(of.acts_as))
        .member("given_name", of.given_name)
        .member("family_name", of.family_name)
        .member("language", of.language)
        .member("household_id", of.household)
        .member("created_at", of.created_at)
        .member("disabled_at", of.disabled_at);
    out.key("events");
    if (of.events) {
        out.begin_array();
        for (const event_id each : *of.events)
            out.value(each);
        out.end_array();
    } else {
        out.value(nullptr);
    }
    out.end_object();
}

std::string account_text(const account& of) {
    std::string text;
    http::json_writer out{text};
    write_account(out, of);
    return text;
}

} // namespace kidevent::identity
