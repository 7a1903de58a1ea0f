// The fixture of api_client.hpp: seeds its database once per executable, copies it for every test.

#include "core/time_text.hpp"
#include "crypto/base32.hpp"
#include "crypto/totp.hpp"
#include "services.hpp"
#include "support/api_client.hpp"
#include "tenancy/provisioning.hpp"

#include <chrono>
#include <stdexcept>

namespace kidevent::tests {

namespace json = boost::json;

namespace {

const std::string seeded_name = "kidevent_http_seeded";

struct world {
    organisation alpha;
    organisation beta;
    organisation gamma;
    person admin;
    std::string admin_secret;
};

json::object session_body(int days) {
    return {{"starts_at", instant_in_days(days)},
            {"ends_at", instant_in_days(days + 1)},
            {"capacity", 20},
            {"age_min", 6},
            {"age_max", 12},
            {"price_minor", 1500}};
}

const answer& expect(const answer& got, int status) {
    if (got.status != status) throw std::runtime_error("seeding failed: " + got.text);
    return got;
}

std::string create_child(api_client& api, const person& guardian, const std::string& slug,
                         const std::string& birth_date) {
    const json::value body{
        {"given_name", "CANARY-" + slug}, {"family_name", "Child"}, {"birth_date", birth_date}};
    return expect(api.post(guardian, "/api/v1/children", body), 201).member("id");
}

household seed_household(api_client& api, const organisation& at, const std::string& name) {
    household made;
    made.guardian = api.sign_up(at.slug, name + "@" + at.slug + ".example");
    made.child = create_child(api, made.guardian, at.slug, born_years_ago(8));
    made.sibling = create_child(api, made.guardian, at.slug, born_years_ago(10));
    const auto done = api.post(made.guardian, "/api/v1/registrations", places({{made.child, at.session}}));
    made.registration =
        std::string{std::string_view{expect(done, 201).body.at("data").at(0).at("id").as_string()}};
    return made;
}

person seed_account(api_client& api, const tenancy::tenant& at, role acts_as) {
    auto& parts = api.served().parts();
    const std::string email = std::string{to_text(acts_as)} + "@" + at.slug + ".example";
    auto creating = parts.logins.create_account(
        at, {email, password_of_all, acts_as, "CANARY-" + at.slug, std::string{to_text(acts_as)}});
    if (!parts.block_on(std::move(creating))) throw std::runtime_error("no account for " + email);
    return api.sign_in(at.slug, email);
}

json::value event_body(const std::string& slug, const std::string& title, json::array sessions) {
    return {{"title", "CANARY-" + slug + " " + title},
            {"location", "CANARY-" + slug},
            {"category", "camp"},
            {"sessions", std::move(sessions)}};
}

void seed_events(api_client& api, organisation& at) {
    const auto made = api.post(at.staff, "/api/v1/events",
                               event_body(at.slug, "Summer", {session_body(30), session_body(40)}));
    at.event = expect(made, 201).member("id");
    const auto& sessions = made.body.at("sessions").as_array();
    at.session = std::string{std::string_view{sessions.at(0).at("id").as_string()}};
    at.later_session = std::string{std::string_view{sessions.at(1).at("id").as_string()}};
    expect(api.put(at.staff, "/api/v1/events/" + at.event + "/publication"), 200);
    const auto draft =
        api.post(at.staff, "/api/v1/events", event_body(at.slug, "Secret", {session_body(50)}));
    at.draft = expect(draft, 201).member("id");
    at.draft_session = std::string{std::string_view{draft.body.at("sessions").at(0).at("id").as_string()}};
}

organisation seed_organisation(api_client& api, const std::string& slug, const std::string& zone) {
    auto& parts = api.served().parts();
    tenancy::tenant_descriptor descriptor;
    descriptor.slug = slug;
    descriptor.name = "CANARY-" + slug;
    descriptor.time_zone = zone;
    descriptor.owner_email = "owner@" + slug + ".example";
    const auto made =
        parts.block_on(tenancy::create_tenant(parts.database, descriptor, tenancy::operator_of("test")));
    if (!made) throw std::runtime_error("tenant " + slug + " was refused");
    const auto found = parts.block_on(parts.tenants.resolve_slug(slug));
    if (!found) throw std::runtime_error("tenant " + slug + " does not resolve");
    organisation at;
    at.slug = slug;
    at.id = to_string(made->id.value);
    at.owner = seed_account(api, **found, role::owner);
    at.staff = seed_account(api, **found, role::staff);
    seed_events(api, at);
    at.first = seed_household(api, at, "first");
    at.second = seed_household(api, at, "second");
    return at;
}

world seed() {
    world made;
    api_client api{settings_for_tests(postgres_cluster::shared().create_database(seeded_name))};
    made.alpha = seed_organisation(api, "alpha", "Europe/Vienna");
    made.beta = seed_organisation(api, "beta", "America/New_York");
    made.gamma = seed_organisation(api, "gamma", "UTC");
    auto& parts = api.served().parts();
    const std::string email = "operator@platform.example";
    if (!parts.block_on(parts.admins.create_admin(email, password_of_all)))
        throw std::runtime_error("no platform admin");
    const auto factor = parts.block_on(parts.admins.issue_factor(email));
    if (!factor) throw std::runtime_error("no second factor for the platform admin");
    made.admin_secret = factor->what.secret;
    made.admin = api.sign_in("admin", email, code_of(made.admin_secret));
    const json::value why{{"reason", "unpaid"}};
    expect(api.put(made.admin, "/api/v1/tenants/gamma/suspension", why), 200);
    return made;
}

const world& seeded() {
    static const world made = seed();
    return made;
}

// Seeds first: what is copied must be complete.
database_settings copy_of_seeded() {
    seeded();
    return postgres_cluster::shared().create_database("kidevent_http", seeded_name);
}

} // namespace

two_organisations::two_organisations()
    : cluster(postgres_cluster::shared()),
      database(copy_of_seeded()),
      with(settings_for_tests(database)),
      superuser(cluster.superuser(database.name)),
      alpha(seeded().alpha),
      beta(seeded().beta),
      gamma(seeded().gamma),
      admin(seeded().admin),
      admin_secret(seeded().admin_secret),
      api(with) {}

two_organisations::~two_organisations() = default;

person two_organisations::sign_in_admin() {
    superuser.execute("update platform.second_factors set last_step = 0");
    return api.sign_in("admin", admin.email, code_of(admin_secret));
}

std::string two_organisations::add_child(const person& guardian, const std::string& birth_date) {
    return create_child(api, guardian, guardian.host.substr(0, guardian.host.find('.')), birth_date);
}

two_organisations::offered two_organisations::add_event(const person& staff, const std::string& title,
                                                        const json::object& session) {
    json::object body = session_body(30);
    for (const auto& each : session)
        body[each.key()] = each.value();
    const json::value wanted{{"title", title}, {"sessions", json::array{body}}};
    const auto made = api.post(staff, "/api/v1/events", wanted);
    const std::string event = expect(made, 201).member("id");
    expect(api.put(staff, "/api/v1/events/" + event + "/publication"), 200);
    return {event, std::string{std::string_view{made.body.at("sessions").at(0).at("id").as_string()}}};
}

answer two_organisations::register_child(const person& guardian, const std::string& child,
                                         const std::string& session, const std::vector<header>& headers) {
    return api.post(guardian, "/api/v1/registrations", places({{child, session}}), headers);
}

int two_organisations::seats_taken(const std::string& session) {
    return std::stoi(superuser.value("select seats_taken from sessions where id = $1", {session}));
}

std::string code_of(const std::string& secret, int steps_later) {
    return crypto::totp_code(crypto::decode_base32(secret).value(),
                             crypto::totp_step(clock{}.now()) + steps_later);
}

std::string instant_in_days(int days) {
    std::string text;
    const auto today = std::chrono::floor<std::chrono::days>(clock{}.now());
    append_rfc3339(text, today + std::chrono::days{days} + std::chrono::hours{9});
    return text;
}

std::string born_years_ago(int years) {
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(clock{}.now())};
    // The 29th of February has no twin in most years.
    const bool is_leap_day = today.month() == std::chrono::February && today.day() == std::chrono::day{29};
    const auto day = is_leap_day ? std::chrono::day{28} : today.day();
    std::string text;
    append_date(text, (today.year() - std::chrono::years{years}) / today.month() / day);
    return text;
}

json::value places(const std::vector<std::pair<std::string, std::string>>& wanted) {
    json::array listed;
    for (const auto& [child, session] : wanted)
        listed.push_back(json::object{{"child_id", child}, {"session_id", session}});
    return json::object{{"places", std::move(listed)}};
}

} // namespace kidevent::tests
