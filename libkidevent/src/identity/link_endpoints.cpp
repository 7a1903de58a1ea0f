#include "http/json_fields.hpp"
#include "identity/account_endpoints.hpp"
#include "identity/link_page.hpp"
#include "identity/link_service.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

constexpr std::size_t token_bytes_max = 200;

void count(const http::request_context& context, std::string_view result) {
    context.parts.counts.add(telemetry::metric_named("kidevent_account_links_total"), result);
}

// What somebody can mend in the form; everything else ends it.
bool can_be_mended(const refusal& why) {
    return why.code == errc::invalid_fields || why.code == errc::too_many_requests;
}

} // namespace

task<result<response>> handle_get_account_link(http::request_context& context) {
    const auto known = context.query.check_names({"token"});
    if (!known) co_return known.error();
    const auto token = context.query.find_text("token", token_bytes_max);
    if (!token) co_return token.error();
    std::string given = *token ? std::string{**token} : std::string{};
    auto opening = open_link(context, given);
    const auto opened = co_await opening;
    if (opened) co_return link_form(*context.tenant, *opened, given);
    count(context, "refused");
    co_return link_refused_page(*context.tenant, opened.error());
}

task<result<response>> handle_follow_account_link(http::request_context& context) {
    const std::string token = http::text_or(context.body, "token");
    auto opening = open_link(context, token);
    const auto opened = co_await opening;
    if (!opened) {
        count(context, "refused");
        co_return link_refused_page(*context.tenant, opened.error());
    }
    link_answer said{http::text_or(context.body, "password"), http::text_or(context.body, "given_name"),
                     http::text_or(context.body, "family_name")};
    auto following = follow_link(context, *opened, std::move(said));
    const auto followed = co_await following;
    count(context, followed ? "used" : "refused");
    if (followed) co_return link_done_page(*context.tenant, *opened);
    const refusal why = followed.error();
    if (can_be_mended(why)) co_return link_form(*context.tenant, *opened, token, &why);
    co_return link_refused_page(*context.tenant, why);
}

} // namespace kidevent::identity
