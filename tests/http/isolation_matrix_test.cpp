// Every route of the table, asked by everybody for everything. The expected status follows from the table's
// own `who`; a route that the suppliers do not know fails the test, so that none is forgotten.

#include "http/route_suppliers.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

struct matrix : route_suppliers {
    answer call(const route& of, const person& as, const std::string& id, const prepared& with_it);
    void check(const route& of, caller as);
    void check_secrecy(const route& of, caller as, const answer& got);
};

struct standing {
    std::optional<role> has; // at the host that is asked; none: nobody there
    bool is_limited = false;
    bool is_key = false;
};

standing standing_of(caller as, host_kind at) {
    if (at == host_kind::platform) {
        if (as == caller::admin) return {role::platform_admin};
        return {};
    }
    switch (as) {
    case caller::guardian: return {role::guardian};
    case caller::staff: return {role::staff};
    case caller::limited_staff: return {role::staff, true};
    case caller::manager: return {role::manager};
    case caller::owner: return {role::owner};
    case caller::api_key: return {role::owner, false, true};
    case caller::anonymous:
    case caller::admin:
    case caller::foreign_guardian:
    case caller::foreign_staff:
    case caller::foreign_key:
    case caller::suspended: return {};
    }
    return {};
}

// What the table of permissions says, read row by row.
bool has_permission(const standing& of, permission needed) {
    for (const permission_row& each : all_permissions()) {
        if (each.what != needed) continue;
        if (of.is_limited && each.limited == limited_staff::never) return false;
        if (of.is_key && !each.for_api_keys) return false;
        return each.roles.has(*of.has);
    }
    return false;
}

// 0: the guards let the caller in.
int refused_with(const route& of, caller as) {
    if (of.host == host_kind::tenant && as == caller::suspended) return 403;
    if (of.who == access::everyone) return 0;
    const standing standing = standing_of(as, of.host);
    if (!standing.has) return 401;
    if (const auto needed = of.who.needed()) return has_permission(standing, *needed) ? 0 : 403;
    return standing.is_key ? 403 : 0; // an account's own, or a login's
}

// Status for an object, of somebody whom the guards let in; 0: there is no such object.
int status_for(const route& of, belongs object_is, caller as, object wanted) {
    const auto acts_as = standing_of(as, of.host).has;
    const bool is_staff = acts_as && *acts_as != role::guardian;
    switch (wanted) {
    case object::own: return of.success;
    case object::of_household:
        if (object_is != belongs::to_household) return 0;
        return is_staff ? of.success : 404;
    case object::of_tenant:
        return object_is == belongs::to_household || object_is == belongs::to_tenant ? 404 : 0;
    case object::missing:
    case object::malformed: return object_is == belongs::nobody ? 0 : 404;
    }
    return -1;
}

answer matrix::call(const route& of, const person& as, const std::string& id, const prepared& given) {
    std::string target{of.path};
    if (const auto open = target.find('{'); open != std::string::npos)
        target.replace(open, target.find('}') - open + 1, id);
    person sender = as;
    if (!given.token.empty()) sender.token = given.token;
    std::vector<header> headers;
    headers.insert(headers.end(), given.headers.begin(), given.headers.end());
    if (given.version > 0) headers.push_back({"If-Match", "\"v" + std::to_string(given.version) + "\""});
    const std::string body = given.body.is_null() ? given.form : json::serialize(given.body);
    if (!given.form.empty()) headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    return api.send(make_request(std::string{of.method}, sender, target + given.query, body, headers));
}

void matrix::check_secrecy(const route& of, caller as, const answer& got) {
    if (of.host == host_kind::platform && as == caller::admin) return;
    std::string text = got.comparable();
    for (const header& each : got.headers)
        text += each.value + "\n";
    for (const organisation* each : {&beta, &gamma})
        for (const std::string& secret :
             {"CANARY-" + each->slug, "@" + each->slug + ".example", each->id, each->event, each->session,
              each->draft, each->first.child, each->first.guardian.household, each->first.registration})
            BOOST_TEST(text.find(secret) == std::string::npos, secret << " is in " << text);
}

void matrix::check(const route& of, caller as) {
    const auto found = suppliers.find(of.operation);
    BOOST_REQUIRE_MESSAGE(found != suppliers.end(), "no supplier for the route " << of.operation);
    const supplier& from = found->second;
    const person sender = who(as, of.host);
    const int refused = refused_with(of, as);
    std::string missing_body;
    std::string refused_body;
    for (const object wanted :
         {object::missing, object::own, object::of_household, object::of_tenant, object::malformed}) {
        const int reached = status_for(of, from.object_is, as, wanted);
        if (reached == 0) continue;
        prepared given;
        given.id = wanted == object::of_household ? from.of_household
                   : wanted == object::of_tenant  ? from.of_tenant
                   : wanted == object::malformed  ? "No%20Such%27Thing"
                                                  : missing_id;
        if (refused == 0) {
            prepared made = from.prepare(*this, as);
            if (wanted != object::own) made.id = given.id;
            given = made;
        }
        const answer got = call(of, sender, given.id, given);
        const int expected = refused != 0 ? refused : reached;
        BOOST_TEST(got.status == expected,
                   of.operation << " by " << caller_names[static_cast<std::size_t>(as)] << " for one that is "
                                << object_names[static_cast<std::size_t>(wanted)] << ": " << got.status
                                << " instead of " << expected << " " << got.text);
        check_secrecy(of, as, got);
        if (refused == 0 && expected == 404) {
            if (wanted == object::missing) missing_body = got.comparable();
            BOOST_TEST(got.comparable() == missing_body);
        }
        if (refused != 0) {
            if (refused_body.empty()) refused_body = got.comparable();
            BOOST_TEST(got.comparable() == refused_body);
        }
    }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_isolation, matrix)

BOOST_AUTO_TEST_CASE(every_route_answers_to_everybody_as_the_table_says) {
    const std::string beta_before = rows_of(beta.id);
    const std::string gamma_before = rows_of(gamma.id);
    for (const route& each : all_routes())
        for (const caller as : callers)
            check(each, as);
    // Whatever was tried at alpha, nothing of the others has changed.
    BOOST_TEST(rows_of(beta.id) == beta_before);
    BOOST_TEST(rows_of(gamma.id) == gamma_before);
}

BOOST_AUTO_TEST_CASE(the_suppliers_know_the_routes_of_the_table_and_no_others) {
    std::map<std::string_view, int> known;
    for (const route& each : all_routes())
        ++known[each.operation];
    for (const auto& [operation, from] : suppliers)
        BOOST_TEST(known.count(operation) == 1u, operation);
    for (const auto& [operation, count] : known)
        BOOST_TEST(suppliers.count(operation) == 1u, operation << " has no supplier");
}

BOOST_AUTO_TEST_CASE(the_canaries_would_be_seen) {
    const auto own = api.get(beta.staff, "/api/v1/sessions/" + beta.session + "/roster");
    BOOST_TEST(own.text.find("CANARY-beta") != std::string::npos);
    BOOST_TEST(own.text.find("@beta.example") != std::string::npos);
    BOOST_TEST(own.text.find(beta.first.child) != std::string::npos);
    const std::string before = rows_of(beta.id);
    api.put(beta.staff, "/api/v1/events/" + beta.draft + "/publication");
    BOOST_TEST(rows_of(beta.id) != before);
}

BOOST_AUTO_TEST_SUITE_END()
