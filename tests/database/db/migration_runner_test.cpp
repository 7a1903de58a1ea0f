#include "db/migration_runner.hpp"

#include "db/db_error.hpp"
#include "support/postgres_cluster.hpp"

#include <thread>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using db::migration;
using db::migration_runner;

constexpr std::string_view make_tree = "create table public.trees (id integer primary key);";
constexpr std::string_view make_leaf = "create table public.leaves (id integer primary key);";

class empty_database {
public:
    postgres_cluster& cluster = postgres_cluster::shared();
    database_settings settings = cluster.create_empty_database("kidevent_migrations");
    sql_session superuser = cluster.superuser(settings.name);

    int up(const std::vector<migration>& migrations) {
        return migration_runner{settings, migrations}.up(nullptr);
    }
    bool has_table(const std::string& name) {
        return superuser.value("select to_regclass($1) is not null", {name}) == "t";
    }
    std::string numbers() {
        return superuser.value(
            "select string_agg(number::text, ' ' order by number) from public.schema_migrations");
    }
};

bool mentions(const std::exception& why, const std::string& text) {
    return std::string(why.what()).find(text) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(db_migration_runner, empty_database)

BOOST_AUTO_TEST_CASE(migrations_are_applied_in_order_and_once) {
    const std::vector<migration> migrations{{1, "0001_tree", make_tree}, {2, "0002_leaf", make_leaf}};
    std::vector<std::string> heard;
    {
        migration_runner first{settings, migrations};
        BOOST_TEST(first.status().at(0).applied_at == "");
        BOOST_TEST(first.up([&heard](std::string_view name) { heard.emplace_back(name); }) == 2);
    }
    BOOST_TEST(heard == (std::vector<std::string>{"0001_tree", "0002_leaf"}),
               boost::test_tools::per_element());
    migration_runner second{settings, migrations};
    BOOST_TEST(second.up(nullptr) == 0);
    const auto status = second.status();
    BOOST_TEST(status.at(1).applied_at.ends_with("Z"));
    BOOST_TEST(!status.at(1).changed);
}

BOOST_AUTO_TEST_CASE(what_migrations_make_belongs_to_the_owner) {
    up({{1, "0001_tree", make_tree}});
    BOOST_TEST(superuser.value("select relowner::regrole from pg_class where relname = 'trees'")
               == "kidevent_owner");
}

BOOST_AUTO_TEST_CASE(a_migration_whose_text_was_changed_is_refused) {
    up({{1, "0001_tree", make_tree}});
    BOOST_CHECK_EXCEPTION(up({{1, "0001_tree", "select 1;"}, {2, "0002_leaf", make_leaf}}),
                          std::runtime_error,
                          [](const std::exception& why) { return mentions(why, "0001_tree"); });
    BOOST_TEST(!has_table("leaves"));
}

BOOST_AUTO_TEST_CASE(a_database_that_is_newer_than_the_program_is_refused) {
    up({{1, "0001_tree", make_tree}, {2, "0002_leaf", make_leaf}});
    BOOST_CHECK_EXCEPTION(up({{1, "0001_tree", make_tree}}), std::runtime_error,
                          [](const std::exception& why) { return mentions(why, "0002_leaf"); });
}

BOOST_AUTO_TEST_CASE(a_migration_that_fails_leaves_nothing_and_keeps_those_before_it) {
    const std::string failing = std::string{make_leaf} + " select 1 / 0;";
    BOOST_CHECK_EXCEPTION(up({{1, "0001_tree", make_tree}, {2, "0002_leaf", failing}}), db::db_error,
                          [](const std::exception& why) { return mentions(why, "0002_leaf"); });
    BOOST_TEST(has_table("trees"));
    BOOST_TEST(!has_table("leaves"));
    BOOST_TEST(numbers() == "1");
    BOOST_TEST(up({{1, "0001_tree", make_tree}, {2, "0002_leaf", make_leaf}}) == 1);
}

BOOST_AUTO_TEST_CASE(two_runners_at_once_apply_each_migration_once) {
    const std::vector<migration> migrations{
        {1, "0001_tree", "select pg_sleep(0.5); create table public.trees ();"}, {2, "0002_leaf", make_leaf}};
    int applied_by_other = -1;
    std::thread other([&] { applied_by_other = up(migrations); });
    const int applied = up(migrations);
    other.join();
    BOOST_TEST(applied + applied_by_other == 2);
    BOOST_TEST(numbers() == "1 2");
}

BOOST_AUTO_TEST_CASE(a_foreign_key_over_an_orphan_is_refused_although_its_owner_sees_no_row) {
    up({{1, "0001_tree", make_tree}});
    const std::string tables = R"sql(
        create function public.nobody() returns uuid language sql stable as $$ select null::uuid $$;
        create table public.parents (tenant_id uuid, id uuid, primary key (tenant_id, id));
        create table public.orphans (tenant_id uuid, parent_id uuid);
        alter table public.parents enable row level security;
        alter table public.parents force row level security;
        alter table public.orphans enable row level security;
        alter table public.orphans force row level security;
        create policy own on public.parents using (tenant_id = (select public.nobody()));
        create policy own on public.orphans using (tenant_id = (select public.nobody()));)sql";
    const std::string constraint =
        "alter table public.orphans add constraint orphans_parent foreign key"
        " (tenant_id, parent_id) references public.parents (tenant_id, id) not valid;";
    up({{1, "0001_tree", make_tree}, {2, "0002_tables", tables}});
    superuser.rows("insert into public.orphans values (gen_random_uuid(), gen_random_uuid())");
    const std::vector<migration> all{
        {1, "0001_tree", make_tree}, {2, "0002_tables", tables}, {3, "0003_key", constraint}};
    BOOST_CHECK_EXCEPTION(up(all), db::db_error,
                          [](const db::db_error& why) { return why.constraint() == "orphans_parent"; });
    superuser.rows("delete from public.orphans");
    BOOST_TEST(up(all) == 0);
    BOOST_TEST(superuser.value("select convalidated from pg_constraint where conname = 'orphans_parent'")
               == "t");
}

BOOST_AUTO_TEST_CASE(the_migrations_of_the_library_apply_to_an_empty_database) {
    const auto known = db::all_migrations();
    migration_runner runner{settings};
    BOOST_TEST(runner.up(nullptr) == static_cast<int>(known.size()));
    for (const auto& each : runner.status())
        BOOST_TEST((!each.applied_at.empty() && !each.changed), each.name);
}

BOOST_AUTO_TEST_SUITE_END()
