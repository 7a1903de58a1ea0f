#include "identity/provider_failure_page.hpp"

#include "http/accept.hpp"
#include "http/ascii.hpp"
#include "http/html_page.hpp"
#include "http/problem.hpp"
#include "identity/link_words.hpp"
#include "tenancy/tenant.hpp"

#include <boost/json/parse.hpp>

namespace kidevent::identity {

namespace {

constexpr std::string_view installation = "KidEvent"; // where no organisation is known

std::string code_of(const response& problem) {
    boost::system::error_code broken;
    const auto body = boost::json::parse(problem.text(), broken);
    if (broken || !body.is_object()) return "";
    const auto* const code = body.as_object().if_contains("code");
    return code && code->is_string() ? std::string{std::string_view{code->as_string()}} : "";
}

std::string_view words_for(const failure_words& say, const response& problem) {
    const std::string code = code_of(problem);
    const auto is = [&code](errc reason) { return code == http::problem_of(reason).code; };
    if (is(errc::identity_provider_cancelled)) return say.cancelled;
    if (is(errc::sign_in_attempt_unknown)) return say.begin_again;
    if (is(errc::account_not_linked)) return say.not_linked;
    if (is(errc::sign_up_not_allowed)) return say.no_account;
    if (is(errc::identity_taken)) return say.taken;
    if (is(errc::second_factor_required)) return say.second_factor;
    if (is(errc::too_many_requests)) return say.too_much;
    if (problem.status >= 500) return say.unavailable;
    return say.refused;
}

} // namespace

bool is_provider_step(std::string_view path) noexcept {
    return path.starts_with("/api/v1/identity-providers/")
           && (path.ends_with("/callback") || path.ends_with("/authorization"));
}

void show_failure(response& made, const request& incoming, const tenancy::tenant* at) {
    if (made.header_value("Content-Type") != "application/problem+json") return;
    if (!http::prefers(incoming, "text/html", "application/json")) return;
    const page_words& say = link_words(at ? std::string_view{at->locale} : "en");
    response page = http::html_page(at ? std::string_view{at->name} : installation, say.locale, made.status,
                                    http::paragraph(words_for(say.of_failures, made), " role=\"alert\"")
                                        + "<p><a href=\"/\">" + http::escaped(say.home) + "</a></p>\n");
    for (header& each : made.headers)
        if (!http::equal_ignoring_case(each.name, "Content-Type")) page.headers.push_back(std::move(each));
    page.headers.push_back({"Vary", "Accept"});
    made = std::move(page);
}

} // namespace kidevent::identity
