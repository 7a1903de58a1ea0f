#include "identity/cors_endpoints.hpp"

#include "audit/audit_log.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "http/answer.hpp"
#include "http/cors.hpp"
#include "http/host.hpp"
#include "http/json_fields.hpp"
#include "tenancy/tenant.hpp"

#include <set>

namespace kidevent::identity {

namespace {

const db::query list_origins{"cors_origins.list", R"sql(
    select origin, allows_cookies from cors_origins
    where tenant_id = (select tenancy.current_tenant()) order by origin
)sql"};

// Whoever chooses the list at the same time waits, or both lists would stand there together.
const db::query lock_origins{"cors_origins.lock", R"sql(
    select pg_advisory_xact_lock(hashtextextended(tenancy.current_tenant()::text || ' cors origins', 0))
)sql"};

const db::query delete_origins{"cors_origins.delete", R"sql(
    delete from cors_origins where tenant_id = (select tenancy.current_tenant())
)sql"};

const db::query insert_origins{"cors_origins.insert", R"sql(
    insert into cors_origins (origin, allows_cookies)
    select ltrim(each, '+'), starts_with(each, '+') from string_to_table($1, ' ') each
)sql"};

response list_response(const db::result_set& found) {
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("origins").begin_array();
    for (const db::row& each : found)
        out.begin_object()
            .member("origin", each.get<std::string_view>(0))
            .member("cookies", each.get<bool>(1))
            .end_object();
    out.end_array().end_object();
    return http::json_response(200, std::move(text));
}

std::string_view host_of(std::string_view origin) {
    const auto host = origin.substr(origin.find("://") + 3);
    return host.substr(0, host.find(':'));
}

result<std::vector<http::cors_origin>> read_origins(const boost::json::value& body, const http_settings& with,
                                                    std::string_view own_origin) {
    std::vector<http::cors_origin> read;
    std::set<std::string> seen;
    for (const auto& each : body.at("origins").as_array()) {
        const auto at = "/origins/" + std::to_string(read.size());
        const bool allows_cookies = each.as_object().contains("cookies") && each.at("cookies").as_bool();
        http::cors_origin one{http::text_or(each, "origin"), allows_cookies};
        if (!http::is_origin(one.origin))
            return refuse(errc::invalid_fields, at + "/origin", "bad_format",
                          "must be an origin as browsers write it, such as https://www.example.org");
        if (one.origin == own_origin || !seen.insert(one.origin).second)
            return refuse(errc::invalid_fields, at + "/origin", "not_allowed",
                          "is the own one, or there twice");
        // Cookies of a login go where the same site's pages are: a neighbour must not be let in by a slip.
        if (one.allows_cookies && http::slug_of(host_of(one.origin), with.base_domain))
            return refuse(errc::invalid_fields, at + "/cookies", "not_allowed",
                          "cannot be allowed to another organisation's pages");
        read.push_back(std::move(one));
    }
    if (std::ssize(read) > with.cors_origins_max)
        return refuse(errc::invalid_fields, "/origins", "too_many",
                      "may be " + std::to_string(with.cors_origins_max) + " at most");
    return read;
}

std::string joined(const std::vector<http::cors_origin>& of) {
    std::string text;
    for (const http::cors_origin& each : of)
        text += (text.empty() ? "" : " ") + std::string{each.allows_cookies ? "+" : ""} + each.origin;
    return text;
}

boost::json::object details_of(const std::vector<http::cors_origin>& chosen) {
    boost::json::array with_cookies;
    boost::json::array without;
    for (const http::cors_origin& each : chosen)
        (each.allows_cookies ? with_cookies : without).emplace_back(each.origin);
    return {{"with_cookies", with_cookies}, {"without_cookies", without}};
}

} // namespace

task<result<response>> handle_get_cors_origins(http::request_context& context) {
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = batch.add(list_origins);
    auto running = batch.run();
    co_await running;
    co_return list_response(found.rows());
}

task<result<response>> handle_put_cors_origins(http::request_context& context) {
    const auto chosen = read_origins(context.body, context.parts.with.http, context.tenant->origin);
    if (!chosen) co_return chosen.error();
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    transaction.add(lock_origins);
    transaction.add(delete_origins);
    transaction.add(insert_origins, joined(*chosen));
    const auto written = transaction.add(list_origins);
    audit::add_entry(transaction, context.acting, audit::action::cors_origins_changed, "",
                     details_of(*chosen));
    auto committing = transaction.commit();
    co_await committing;
    co_return list_response(written.rows());
}

} // namespace kidevent::identity
