// What a request passes before its route: whether its page is let in from another site, and whether its
// address, its organisation and its account ask too often.

#include "services.hpp"

#include "http/cors.hpp"
#include "http/problem.hpp"
#include "tenancy/tenant.hpp"

#include <algorithm>

namespace kidevent {

// Notes it for the headers of the answer; the answer itself when it was one too many.
std::optional<response> services::judge(const std::optional<http::limit_state>& counted,
                                        const request& incoming, request_record& record) {
    if (!counted) return std::nullopt;
    record.counted.push_back(*counted);
    if (counted->is.allowed) return std::nullopt;
    counts.add(telemetry::metric_named("kidevent_rate_limited_total"), counted->policy);
    const auto wait = std::chrono::ceil<std::chrono::seconds>(counted->is.retry_in).count();
    return http::quota_response(std::max(static_cast<int>(wait), 1), {counted->policy}, record.request_id,
                                std::string_view{incoming.target}.substr(0, incoming.target.find('?')));
}

void services::greet_other_site(const request& incoming, const tenancy::tenant& at,
                                request_record& record) const {
    if (at.cors_origins.empty()) return;
    record.headers.push_back({"Vary", "Origin"});
    const auto* const from = http::find_cors_origin(incoming, at.cors_origins);
    if (from) http::append_cors_headers(record.headers, *from);
}

task<std::optional<response>> services::count_request(http::request_class of, const request& incoming,
                                                      request_record& record) {
    if (!limits.is_shared(of))
        co_return judge(limits.take_address(of, incoming.remote_address), incoming, record);
    auto counting = limits.take_address_together(of, incoming.remote_address);
    const auto counted = co_await counting;
    co_return judge(counted, incoming, record);
}

task<std::optional<response>> services::count_tenant(const tenancy::tenant* at, const request& incoming,
                                                     request_record& record) {
    if (!at) co_return std::nullopt;
    const auto of = incoming.method == "GET" ? http::request_class::reads : http::request_class::writes;
    if (!limits.is_shared(of))
        co_return judge(limits.take_tenant(at->handle.id(), at->share), incoming, record);
    auto counting = limits.take_tenant_together(at->handle.id(), at->share);
    const auto counted = co_await counting;
    co_return judge(counted, incoming, record);
}

task<std::optional<response>> services::count_account(const http::request_context& context,
                                                      request_record& record) {
    const account_id who = context.acting.account();
    const auto of =
        context.incoming.method == "GET" ? http::request_class::reads : http::request_class::writes;
    if (!limits.is_shared(of)) co_return judge(limits.take_account(who), context.incoming, record);
    auto counting = limits.take_account_together(who);
    const auto counted = co_await counting;
    co_return judge(counted, context.incoming, record);
}

} // namespace kidevent
