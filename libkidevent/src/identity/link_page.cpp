#include "identity/link_page.hpp"

#include "http/html_page.hpp"
#include "http/problem.hpp"
#include "identity/link_words.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

using http::escaped;
using http::paragraph;

// The person's own language, or the organisation's.
const page_words& words_for(const tenancy::tenant& at, const opened_link* opened) {
    if (opened && opened->person && opened->person->language) return link_words(*opened->person->language);
    return link_words(at.locale);
}

response page(const tenancy::tenant& at, const page_words& say, int status, const std::string& content) {
    return http::html_page(at.name, say.locale, status, content);
}

std::string field(std::string_view name, std::string_view label, std::string_view attributes) {
    const std::string id{name};
    return "<p><label for=\"" + id + "\">" + escaped(label) + "</label><br>\n<input id=\"" + id + "\" name=\""
           + id + "\" required " + std::string{attributes} + "></p>\n";
}

bool has_fault(const refusal& why, std::string_view pointer, std::string_view code) {
    for (const field_error& each : why.fields)
        if (each.pointer == pointer && (code.empty() || each.code == code)) return true;
    return false;
}

std::string faults(const page_words& say, const refusal& why) {
    std::string text;
    const auto add = [&text](std::string_view what) { text += paragraph(what, " role=\"alert\""); };
    if (why.code == errc::too_many_requests) add(say.later);
    if (has_fault(why, "/given_name", "") || has_fault(why, "/family_name", "")) add(say.names_missing);
    if (has_fault(why, "/password", "too_common")) add(say.too_common);
    if (has_fault(why, "/password", "too_close")) add(say.too_close);
    if (has_fault(why, "/password", "too_short") || has_fault(why, "/password", "too_long"))
        add(say.too_short);
    return text;
}

bool makes_account(const opened_link& of) {
    return !of.person
           && (of.link.purpose == link_purpose::staff_invitation
               || of.link.purpose == link_purpose::household_invitation);
}

const purpose_words& purpose_of(const page_words& say, const opened_link& of) {
    const bool joins = of.person && of.link.purpose == link_purpose::household_invitation;
    return joins ? say.join : say.words_of(of.link.purpose);
}

std::string fields_of(const page_words& say, const opened_link& opened) {
    std::string text;
    if (makes_account(opened))
        text += field("given_name", say.given_name, "maxlength=\"100\" autocomplete=\"given-name\"")
                + field("family_name", say.family_name, "maxlength=\"100\" autocomplete=\"family-name\"");
    if (makes_account(opened) || opened.link.purpose == link_purpose::password_reset)
        // Password managers take the address along, so that they know whose password it is.
        text += "<input type=\"hidden\" name=\"email\" autocomplete=\"username\" value=\""
                + escaped(opened.link.email) + "\">\n"
                + field("password", say.password,
                        "type=\"password\" minlength=\"10\" maxlength=\"256\" autocomplete=\"new-password\" "
                        "aria-describedby=\"rule\"")
                + paragraph(say.password_rule, " id=\"rule\"");
    return text;
}

} // namespace

response link_form(const tenancy::tenant& at, const opened_link& opened, std::string_view token,
                   const refusal* why) {
    const page_words& say = words_for(at, &opened);
    const purpose_words& purpose = purpose_of(say, opened);
    std::string content = paragraph(purpose.question);
    if (!opened.inviter.empty()) content += paragraph(std::string{say.inviter} + " " + opened.inviter);
    content += paragraph(std::string{say.email} + ": " + opened.link.email);
    if (why) content += faults(say, *why);
    content += "<form method=\"post\" action=\"/api/v1/account-link\">\n<input type=\"hidden\" "
               "name=\"token\" value=\""
               + escaped(token) + "\">\n" + fields_of(say, opened) + "<button>" + escaped(purpose.button)
               + "</button>\n</form>\n";
    response made = page(at, say, why ? http::problem_of(why->code).status : 200, content);
    if (why && why->retry_after_seconds > 0)
        made.headers.push_back({"Retry-After", std::to_string(why->retry_after_seconds)});
    return made;
}

response link_done_page(const tenancy::tenant& at, const opened_link& opened) {
    const page_words& say = words_for(at, &opened);
    return page(at, say, 200,
                paragraph(purpose_of(say, opened).done) + "<p><a href=\"/\">" + escaped(say.home)
                    + "</a></p>\n");
}

response link_refused_page(const tenancy::tenant& at, const refusal& why) {
    const page_words& say = words_for(at, nullptr);
    const std::string_view text = why.code == errc::email_taken           ? say.taken
                                  : why.code == errc::household_not_empty ? say.not_empty
                                                                          : say.not_valid;
    return page(at, say, http::problem_of(why.code).status, paragraph(text));
}

} // namespace kidevent::identity
