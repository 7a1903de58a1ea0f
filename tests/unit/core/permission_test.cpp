// The table of permissions: whole, and what it says about the lines that must not move.

#include "core/actor.hpp"
#include "core/permission.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

using namespace kidevent;

namespace kidevent::identity {

// Makes actors; stands in for the real one, which needs a database.
class login_service {
public:
    static actor make(actor_parts of) { return actor{std::move(of)}; }
};

} // namespace kidevent::identity

namespace {

actor make(actor_parts of) { return identity::login_service::make(std::move(of)); }

std::set<std::string_view> held_by(permission_set of) {
    std::set<std::string_view> names;
    for (const permission_row& each : all_permissions())
        if (of.has(each.what)) names.insert(each.text);
    return names;
}

bool is_within(permission_set inner, permission_set outer) { return (inner & outer) == inner; }

} // namespace

BOOST_AUTO_TEST_SUITE(permissions)

BOOST_AUTO_TEST_CASE(each_row_names_a_resource_and_an_action_once) {
    std::set<std::string_view> names;
    for (const permission_row& each : all_permissions()) {
        BOOST_TEST(names.insert(each.text).second, each.text);
        BOOST_TEST(std::count(each.text.begin(), each.text.end(), ':') == 1, each.text);
        BOOST_TEST(to_text(each.what) == each.text);
        BOOST_TEST((parse_permission(each.text) == each.what), each.text);
        BOOST_TEST(!each.meaning.empty());
    }
    for (const char* const none : {"", "events", "events:", "events:write ", "EVENTS:WRITE", "*"})
        BOOST_TEST(!parse_permission(none), none);
}

BOOST_AUTO_TEST_CASE(who_is_not_in_the_table_may_do_nothing) {
    for (const role nobody : {role::anonymous, role::system})
        BOOST_TEST(permissions_of(nobody).empty());
    BOOST_TEST(actor{}.permissions().empty());
    BOOST_TEST(actor::of_system().permissions().empty());
    BOOST_TEST(!actor::of_system().is_signed_in());
}

BOOST_AUTO_TEST_CASE(each_role_of_the_organisation_has_what_the_one_below_has) {
    const auto staff = permissions_of(role::staff);
    const auto manager = permissions_of(role::manager);
    const auto owner = permissions_of(role::owner);
    BOOST_TEST(is_within(permissions_of(role::staff, true), staff));
    BOOST_TEST(is_within(staff, manager));
    BOOST_TEST(is_within(manager, owner));
    // What an owner has and a manager has not.
    std::set<std::string_view> beyond = held_by(owner);
    for (const std::string_view each : held_by(manager))
        beyond.erase(each);
    BOOST_TEST((beyond
                == std::set<std::string_view>{"owners:write", "identity_providers:read",
                                              "identity_providers:write", "api_keys:read", "api_keys:write",
                                              "security_rules:read", "security_rules:write",
                                              "support_access:read", "support_access:write", "audit:read"}));
}

BOOST_AUTO_TEST_CASE(households_organisations_and_the_installation_are_apart) {
    BOOST_TEST((permissions_of(role::platform_admin) & permissions_of(role::owner)).empty());
    BOOST_TEST((permissions_of(role::platform_admin) & permissions_of(role::guardian)).empty());
    // The two about a registration mean the own ones in a guardian's hands.
    BOOST_TEST((held_by(permissions_of(role::guardian) & permissions_of(role::owner))
                == std::set<std::string_view>{"registrations:read", "registrations:cancel"}));
}

BOOST_AUTO_TEST_CASE(support_reads_and_changes_nothing) {
    for (const std::string_view each : held_by(permissions_of(role::support)))
        BOOST_TEST(each.ends_with(":read"), each);
    BOOST_TEST(!permissions_of(role::support).has(permission::audit_read));
    BOOST_TEST(!permissions_of(role::support).has(permission::children_read));
}

BOOST_AUTO_TEST_CASE(limited_staff_has_what_belongs_to_events_and_asks_which) {
    const auto only = std::make_shared<const std::vector<event_id>>(
        std::vector<event_id>{event_id{uuid{{1}}}, event_id{uuid{{3}}}});
    const actor limited = make({.acts_as = role::staff, .limited_to = only});
    BOOST_TEST(limited.is_limited());
    BOOST_TEST(limited.may_reach(event_id{uuid{{1}}}));
    BOOST_TEST(!limited.may_reach(event_id{uuid{{2}}}));
    BOOST_TEST(limited.may_reach(event_id{uuid{{3}}}));
    BOOST_TEST(limited.may(permission::events_write));
    BOOST_TEST(!limited.may(permission::events_create));
    BOOST_TEST(!limited.may(permission::notifications_read));
    const actor nothing_left =
        make({.acts_as = role::staff, .limited_to = std::make_shared<const std::vector<event_id>>()});
    BOOST_TEST(nothing_left.is_limited());
    BOOST_TEST(!nothing_left.may_reach(event_id{uuid{{1}}}));
    const actor free = make({.acts_as = role::staff});
    BOOST_TEST(!free.is_limited());
    BOOST_TEST(free.may_reach(event_id{uuid{{2}}}));
}

BOOST_AUTO_TEST_CASE(a_key_has_its_scopes_as_far_as_its_maker_and_keys_go) {
    const uuid id{{7}};
    const permission_set scopes{permission::events_write, permission::webhooks_write,
                                permission::api_keys_write, permission::children_read};
    const actor by_owner = make({.acts_as = role::owner, .api_key = id, .scopes = scopes});
    BOOST_TEST(
        (held_by(by_owner.permissions()) == std::set<std::string_view>{"events:write", "webhooks:write"}));
    const actor by_staff = make({.acts_as = role::staff, .api_key = id, .scopes = scopes});
    BOOST_TEST((held_by(by_staff.permissions()) == std::set<std::string_view>{"events:write"}));
    // Forgotten scopes are none, not all.
    BOOST_TEST(make({.acts_as = role::owner, .api_key = id}).permissions().empty());
    BOOST_TEST(!by_owner.is_account());
    BOOST_TEST(make({.acts_as = role::owner}).is_account());
    BOOST_TEST(!make({.acts_as = role::support}).is_account());
}

BOOST_AUTO_TEST_CASE(keys_cannot_make_more_of_themselves) {
    for (const permission each : {permission::api_keys_write, permission::owners_write,
                                  permission::accounts_write, permission::accounts_invite,
                                  permission::identity_providers_write, permission::security_rules_write})
        BOOST_TEST(!api_key_scopes().has(each), to_text(each));
}

BOOST_AUTO_TEST_CASE(what_was_decided_for_an_actor_holds_until_it_changes) {
    const auto limit = [](std::uint8_t which) {
        return std::make_shared<const std::vector<event_id>>(std::vector<event_id>{event_id{uuid{{which}}}});
    };
    const actor was = make({.acts_as = role::staff, .limited_to = limit(1)});
    BOOST_TEST(was.may_the_same_as(make({.acts_as = role::staff, .limited_to = limit(1)})));
    BOOST_TEST(!was.may_the_same_as(make({.acts_as = role::staff, .limited_to = limit(2)})));
    BOOST_TEST(!was.may_the_same_as(make({.acts_as = role::staff})));
    BOOST_TEST(!make({.acts_as = role::staff}).may_the_same_as(was));
    BOOST_TEST(!was.may_the_same_as(make({.acts_as = role::manager})));
    BOOST_TEST(
        !was.may_the_same_as(make({.acts_as = role::staff, .limited_to = limit(1), .must_enrol = true})));
}

BOOST_AUTO_TEST_SUITE_END()
