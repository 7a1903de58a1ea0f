// The document of permissions, and what the route table says beside it.

#include "core/permission.hpp"
#include "permissions_reference.hpp"
#include "routes.hpp"
#include "support/postgres_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>
#include <sstream>
#include <type_traits>

using namespace kidevent;

// A route without a rule does not compile: there is no access that nobody has chosen.
static_assert(!std::is_default_constructible_v<kidevent::access>);
static_assert(
    !std::is_convertible_v<int, kidevent::access> && !std::is_convertible_v<role, kidevent::access>);

BOOST_AUTO_TEST_SUITE(permissions_document)

BOOST_AUTO_TEST_CASE(it_is_what_the_tables_say) {
    std::ifstream file(tests::source_directory() / "docs/permissions.md", std::ios::binary);
    BOOST_REQUIRE_MESSAGE(file, "docs/permissions.md cannot be read");
    std::ostringstream text;
    text << file.rdbuf();
    BOOST_TEST((text.str() == permissions_reference()),
               "docs/permissions.md is out of date: kidevent permissions > docs/permissions.md");
}

BOOST_AUTO_TEST_CASE(every_permission_is_asked_for_by_a_route_of_the_host_it_belongs_to) {
    std::set<permission> asked;
    for (const route& each : all_routes()) {
        const auto needed = each.who.needed();
        if (!needed) continue;
        asked.insert(*needed);
        const bool is_for_admins = permissions_of(role::platform_admin).has(*needed);
        BOOST_TEST((is_for_admins == (each.host == host_kind::platform)), each.operation);
    }
    // Asked within routes of accounts, when the account is an owner's.
    asked.insert(permission::owners_write);
    for (const permission_row& each : all_permissions())
        BOOST_TEST(asked.contains(each.what), each.text);
}

BOOST_AUTO_TEST_CASE(who_reads_changes_nothing) {
    for (const route& each : all_routes()) {
        const auto needed = each.who.needed();
        if (!needed || each.method == "GET") continue;
        BOOST_TEST(!to_text(*needed).ends_with(":read"), each.operation);
    }
}

BOOST_AUTO_TEST_CASE(only_what_is_named_is_open_before_a_second_factor_is_set_up) {
    std::set<std::string_view> open;
    for (const route& each : all_routes())
        if (is_for_enrolment(each) && !(each.path.find("/second-factor") != std::string_view::npos))
            open.insert(each.operation);
    BOOST_TEST(
        (open == std::set<std::string_view>{"getAccount", "getAdmin", "deleteLogin", "deleteAdminLogin"}));
}

BOOST_AUTO_TEST_SUITE_END()
