#include "tenancy/tenant_resolver.hpp"

#include "db/router_lookup.hpp"
#include "http/host.hpp"
#include "tenancy/slug.hpp"

namespace kidevent::tenancy {

namespace {

const db::query resolve_slug_query{"tenancy.resolve", R"sql(
    select id, slug, name, time_zone, locale, currency, plan, branding, suspended, encode(secret, 'hex'),
           weight, requests_in_flight_max, requests_waiting_max, requests_per_second, requests_burst,
           database_milliseconds_per_second, features, cors_origins
    from tenancy.resolve($1)
)sql",
                                   db::connection_role::router};

// Hosts that nobody answers on are remembered too, but a stranger chooses them: bounded.
constexpr std::size_t remembered_max = 20000;

} // namespace

tenant_resolver::tenant_resolver(db::database& with, const http_settings& settings)
    : database_(with),
      settings_(settings),
      platform_host_(std::string{platform_slug} + "." + settings.base_domain) {}

std::string canonical_origin(const http_settings& with, std::string_view slug) {
    std::string origin = with.scheme + "://" + std::string{slug} + "." + with.base_domain;
    const bool usual = (with.scheme == "https" && with.public_port == 443)
                       || (with.scheme == "http" && with.public_port == 80);
    if (!usual) origin += ":" + std::to_string(with.public_port);
    return origin;
}

result<tenant_ptr> tenant_resolver::answer_of(const entry& remembered) {
    switch (remembered.is) {
    case standing::known: return remembered.found;
    case standing::suspended: return refuse(errc::tenant_suspended);
    case standing::unknown: break;
    }
    return refuse(errc::unknown_host);
}

std::optional<result<tenant_ptr>> tenant_resolver::find_remembered(std::string_view host) const {
    const auto slug = http::slug_of(host, settings_.base_domain);
    if (!slug) return refuse(errc::unknown_host);
    const auto found = by_slug_.find(std::string{*slug});
    if (found == by_slug_.end()) return std::nullopt;
    return answer_of(found->second);
}

tenant_resolver::entry tenant_resolver::read_entry(const db::row& found) const {
    if (found.get<bool>(8) || found.is_null(9)) return {standing::suspended, nullptr};
    const auto slug = found.get<std::string>(1);
    tenant known{tenant_handle{found.get<tenant_id>(0), secret{"\\x" + found.get<std::string>(9)}},
                 slug,
                 found.get<std::string>(2),
                 found.get<std::string>(3),
                 found.get<std::string>(4),
                 found.get<std::string>(5),
                 found.get<std::string>(6),
                 {found.get<int>(10), found.get<int>(11), found.get<int>(12), found.get<int>(13),
                  found.get<int>(14), found.get<int>(15)},
                 feature_set::parse(found.get<std::string_view>(16)),
                 found.get<std::string>(7),
                 origin_of(slug),
                 http::parse_cors_origins(found.get<std::string_view>(17))};
    return {standing::known, std::make_shared<const tenant>(std::move(known))};
}

task<result<tenant_ptr>> tenant_resolver::resolve_host(std::string host) {
    const auto slug = http::slug_of(host, settings_.base_domain);
    if (!slug) co_return refuse(errc::unknown_host);
    auto resolving = resolve_slug(std::string{*slug});
    auto resolved = co_await resolving;
    co_return resolved;
}

task<result<tenant_ptr>> tenant_resolver::resolve_slug(std::string slug) {
    if (!is_slug(slug) || is_reserved_slug(slug)) co_return refuse(errc::unknown_host);
    const auto remembered = by_slug_.find(slug);
    if (remembered != by_slug_.end()) co_return answer_of(remembered->second);

    const auto asked_in = generation_;
    db::router_lookup lookup{database_, resolve_slug_query, slug};
    auto answered = lookup.run();
    co_await answered;
    entry found{standing::unknown, nullptr};
    if (!lookup.rows().empty()) found = read_entry(lookup.rows().front());
    if (asked_in == generation_ && database_.hears_announcements()) {
        if (by_slug_.size() >= remembered_max) by_slug_.clear();
        by_slug_.insert_or_assign(slug, found);
    }
    co_return answer_of(found);
}

void tenant_resolver::forget(std::string_view slug) {
    ++generation_;
    if (slug.empty())
        by_slug_.clear();
    else
        by_slug_.erase(std::string{slug});
}

} // namespace kidevent::tenancy
