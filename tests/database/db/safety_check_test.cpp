#include "db/safety_check.hpp"

#include "support/open_database.hpp"
#include "support/two_tenants.hpp"

namespace {

using namespace kidevent;
using namespace kidevent::tests;

class checked_database : public two_tenants {
public:
    std::vector<std::string> problems() {
        open_database opened{settings};
        return opened.run(db::find_safety_problems(opened.database));
    }

    // What is found after the superuser did something.
    std::vector<std::string> problems_after(const std::string& script) {
        superuser.execute(script);
        return problems();
    }
    void tell(const std::vector<std::string>& found, const std::string& expected) {
        std::string all;
        for (const auto& each : found)
            all += "\n  " + each;
        BOOST_TEST((std::find(found.begin(), found.end(), expected) != found.end()),
                   "expected: " << expected << "; found:" << all);
    }

    ~checked_database() {
        // Roles belong to the cluster and not to the database that the next test gets.
        cluster.superuser("postgres")
            .execute("alter role kidevent_app nosuperuser nobypassrls nocreaterole; alter role "
                     "kidevent_router nobypassrls;"
                     "alter role kidevent_jobs nobypassrls;"
                     "revoke kidevent_owner, kidevent_migrator, pg_read_all_data from kidevent_app, "
                     "kidevent_platform");
    }
};

const std::string two_policies =
    "table public.events does not carry exactly the two policies of tenancy.protect()";

} // namespace

BOOST_FIXTURE_TEST_SUITE(db_safety_check, checked_database)

BOOST_AUTO_TEST_CASE(a_fresh_installation_is_safe_and_says_so_in_one_round_trip) {
    open_database opened{settings};
    const auto before = opened.database.stats().round_trips;
    const auto found = opened.run(db::find_safety_problems(opened.database));
    BOOST_TEST(found.empty(), (found.empty() ? "" : found.front()));
    BOOST_TEST(opened.database.stats().round_trips == before + 1);
}

BOOST_AUTO_TEST_CASE(roles_that_could_step_around_the_policies_are_found) {
    tell(problems_after("alter role kidevent_app bypassrls"), "role kidevent_app has BYPASSRLS");
    tell(problems_after("alter role kidevent_router bypassrls"), "role kidevent_router has BYPASSRLS");
    tell(problems_after("alter role kidevent_jobs bypassrls"), "role kidevent_jobs has BYPASSRLS");
    tell(problems_after("alter role kidevent_app nobypassrls createrole"),
         "role kidevent_app has CREATEROLE");
    tell(problems_after("alter role kidevent_app superuser"), "role kidevent_app is superuser");
}

BOOST_AUTO_TEST_CASE(memberships_in_powerful_roles_are_found) {
    tell(problems_after("grant kidevent_owner to kidevent_app"),
         "role kidevent_app is a member of kidevent_owner");
    tell(problems_after("grant pg_read_all_data to kidevent_platform"),
         "role kidevent_platform is a member of pg_read_all_data");
    // Through another role.
    tell(problems_after("revoke kidevent_owner from kidevent_app; grant kidevent_migrator to kidevent_app"),
         "role kidevent_app is a member of kidevent_owner");
}

BOOST_AUTO_TEST_CASE(a_relation_that_a_serving_role_owns_is_found) {
    tell(problems_after("alter table events owner to kidevent_app"), "role kidevent_app owns public.events");
}

BOOST_AUTO_TEST_CASE(a_privilege_on_the_capabilities_is_found) {
    tell(problems_after("grant select (tenant_id) on tenancy.capabilities to kidevent_jobs"),
         "role kidevent_jobs has a privilege on tenancy.capabilities");
    tell(problems_after("grant select on tenancy.capabilities to public"),
         "role kidevent_app has a privilege on tenancy.capabilities");
    tell(problems_after("grant execute on function set_config(text, text, boolean) to public"),
         "role kidevent_app may execute set_config(text,text,boolean)");
}

BOOST_AUTO_TEST_CASE(a_table_without_its_policies_is_found) {
    tell(problems_after("alter table events disable row level security"),
         "table public.events has row level security disabled");
    tell(problems_after("alter table events no force row level security"),
         "table public.events does not force row level security on its owner");
    tell(problems_after("create table public.newer (tenant_id uuid)"),
         "table public.newer has row level security disabled");
    tell(problems_after("create table public.unscoped (id uuid)"),
         "table public.unscoped has no tenant_id and is not on the reviewed list");
}

BOOST_AUTO_TEST_CASE(a_policy_other_than_the_two_is_found) {
    tell(problems_after("begin; drop policy tenant_fence on events; commit"), two_policies);
    superuser.execute("drop policy tenant_rows on events; select tenancy.protect('events')");
    BOOST_TEST(problems().empty());
    tell(problems_after("create policy more on events using (true)"), two_policies);
    tell(problems_after("drop policy more on events; alter policy tenant_rows on events to kidevent_app"),
         two_policies);
    tell(problems_after("alter policy tenant_rows on events to public; alter policy tenant_rows on events"
                        " with check (true)"),
         two_policies);
}

BOOST_AUTO_TEST_CASE(a_view_with_the_rights_of_its_owner_is_found) {
    BOOST_TEST(
        problems_after("create view public.good with (security_invoker = true) as select * from events;"
                       " grant select on public.good to kidevent_app")
            .empty());
    tell(problems_after(
             "create view public.bad as select * from events; grant select on public.bad to kidevent_app"),
         "public.bad shows rows under the rights of its owner");
    tell(problems_after("create materialized view public.kept as select * from events;"
                        " grant select on public.kept to kidevent_app"),
         "public.kept shows rows under the rights of its owner");
}

BOOST_AUTO_TEST_CASE(another_current_tenant_is_found) {
    tell(problems_after("alter function tenancy.current_tenant() immutable"),
         "function tenancy.current_tenant() is missing or not the one that was migrated");
}

BOOST_AUTO_TEST_SUITE_END()
