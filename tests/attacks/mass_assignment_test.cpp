// Members that no client may set, in every body of every route.

#include "attacks/route_walk.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace {

const std::vector<std::pair<std::string, json::value>> planted{
    {"tenant_id", "019a0000-0000-7000-8000-000000000000"},
    {"role", "owner"},
    {"household_id", "019a0000-0000-7000-8000-000000000000"},
    {"id", "019a0000-0000-7000-8000-000000000000"},
    {"account_id", "019a0000-0000-7000-8000-000000000000"},
    {"is_admin", true},
    {"disabled_at", nullptr},
    {"password_hash", "$argon2id$"},
    {"seats_taken", 0},
    {"version", 1},
    {"created_by", "019a0000-0000-7000-8000-000000000000"},
    {"email_verified_at", "2026-07-01T00:00:00Z"},
    {"__proto__", json::object{{"role", "owner"}}},
    {"constructor", json::object{}}};

struct planting : route_walk {
    int refused = 0;

    // How much there is of what could have been made.
    std::string count_all() {
        std::string all;
        for (const char* table : {"accounts", "households", "children", "events", "sessions", "registrations",
                                  "webhook_endpoints", "cors_origins"})
            all += std::string{table} + " " + superuser.value(std::string{"select count(*) from "} + table)
                   + " ";
        return all + superuser.value("select string_agg(role, ' ' order by id) from accounts");
    }

    void plant(const route& of, const example_body& good, const std::string& where) {
        for (const auto& [name, value] : planted) {
            json::value body = good.value;
            json::object& at = where.empty() ? body.as_object() : body.at_pointer(where).as_object();
            if (at.contains(name)) continue; // the schema knows it
            at[name] = value;
            const auto got = ask(of, sender_of(of), target_of(of), json::serialize(body));
            const bool is_named = got.faults().find(where + "/" + name + " unknown") != std::string::npos;
            BOOST_TEST((got.status == 422 && is_named), of.operation << " took " << where << "/" << name
                                                                     << ": " << got.status << " "
                                                                     << got.text);
            ++refused;
        }
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(attack_mass_assignment, planting)

BOOST_AUTO_TEST_CASE(a_member_that_the_schema_does_not_name_is_refused_in_every_object_of_every_body) {
    const std::string before = count_all();
    const std::string beta_before = rows_of(beta.id);
    for (const route& each : all_routes()) {
        if (each.request_schema.empty() || each.request_media_type != "application/json") continue;
        const example_body good{each.request_schema, ids};
        BOOST_TEST(!good.objects.empty(), each.operation << " takes any member");
        for (const std::string& where : good.objects)
            plant(each, good, where);
    }
    BOOST_TEST(refused > 200);
    BOOST_TEST(count_all() == before);
    BOOST_TEST(rows_of(beta.id) == beta_before);
}

// Where a role may be chosen, it is chosen by those who may, and never above their own.
BOOST_AUTO_TEST_CASE(no_schema_of_a_request_lets_a_stranger_choose_a_role_or_a_tenant) {
    for (const route& each : all_routes()) {
        if (each.request_schema.empty() || each.who != access::everyone) continue;
        const example_body good{each.request_schema, ids};
        for (const text_place& text : good.texts)
            for (const char* name : {"/role", "/tenant_id", "/household_id", "/id"})
                BOOST_TEST(!text.pointer.ends_with(name), each.operation << text.pointer);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
