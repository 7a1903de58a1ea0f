// The test of the tests: a schema weakened in one place must not get past them.

#include "db/query.hpp"
#include "db/safety_check.hpp"
#include "isolation/capability_behaviour.hpp"
#include "isolation/catalog_lints.hpp"
#include "isolation/schema_mutants.hpp"
#include "isolation/tenant_behaviour.hpp"

#include <cstdlib>
#include <functional>
#include <iostream>

namespace {

using namespace kidevent;
using namespace kidevent::tests;

// Brings the check's statement into this executable.
[[maybe_unused]] task<std::vector<std::string>> (*const start_check)(db::database&) =
    &db::find_safety_problems;

std::string start_check_text() {
    for (const db::query* each : db::query::all_of(db::connection_role::app))
        if (std::string_view{each->name()} == "safety.problems") return each->sql();
    throw std::runtime_error("the check at start is not linked");
}

const std::string copy_name = "kidevent_mutant";

void create_copy() { create_seeded_database(copy_name, {"alpha", "beta", "gamma"}); }

struct verdict {
    std::size_t lints = 0;
    std::size_t start = 0;
};

// What lints and the check at start say of the mutant, which is rolled back again.
verdict judge_catalog(sql_session& copy, const mutant& weakened) {
    verdict found;
    copy.execute("begin");
    copy.execute(weakened.script);
    found.lints = find_lint_violations(copy).size();
    copy.execute("set local role kidevent_app");
    found.start = copy.rows(start_check_text()).size();
    copy.execute("rollback; reset role; reset session_replication_role");
    return found;
}

// Takes back what a mutant did to the roles of the cluster.
class undoing {
public:
    explicit undoing(const mutant& of) : script_(of.undo) {}
    ~undoing() {
        if (!script_.empty()) postgres_cluster::shared().superuser("postgres").execute(script_);
    }
    undoing(const undoing&) = delete;
    undoing& operator=(const undoing&) = delete;

private:
    std::string script_;
};

class mutation_run : public two_tenants {
public:
    mutation_run() { create_copy(); }

    // What the statements of tenants show of the mutant, committed in a fresh copy.
    std::vector<std::string> judge_behaviour(const mutant& weakened) {
        create_copy();
        const undoing afterwards{weakened};
        cluster.superuser(copy_name).execute(weakened.script);
        std::vector<std::string> found;
        for (const auto& table : tables)
            if (is_tried(weakened, table)) add_table_violations(copy_name, oracle(), tables, table, found);
        if (weakened.table.empty()) add_capability_violations(copy_name, tables, found);
        return found;
    }

    // `tries_behaviour`: of the mutant with this number. A mutant that the catalog does not give away is
    // always tried.
    void run(const std::vector<mutant>& all, const std::function<bool(std::size_t)>& tries_behaviour) {
        std::vector<verdict> verdicts;
        {
            auto copy = cluster.superuser(copy_name);
            for (const auto& each : all)
                verdicts.push_back(judge_catalog(copy, each));
        }
        std::size_t killed = 0, by_lints = 0, by_start = 0, by_behaviour = 0, tried = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const bool given_away = verdicts[i].lints + verdicts[i].start > 0;
            const bool is_tried_now = is_long() || !given_away || tries_behaviour(i);
            const bool shown = is_tried_now && !judge_behaviour(all[i]).empty();
            if (is_tried_now && all[i].is_visible)
                BOOST_TEST(shown, "no statement shows the mutant: " << all[i].name);
            BOOST_TEST((given_away || shown), "a mutant survived: " << all[i].name);
            killed += given_away || shown ? 1 : 0;
            by_lints += verdicts[i].lints > 0 ? 1 : 0;
            by_start += verdicts[i].start > 0 ? 1 : 0;
            by_behaviour += shown ? 1 : 0;
            tried += is_tried_now ? 1 : 0;
        }
        std::cout << "mutants killed " << killed << " of " << all.size() << " (by lints " << by_lints
                  << ", by the check at start " << by_start << ", by behaviour " << by_behaviour << " of "
                  << tried << " tried)\n";
    }

    static bool is_long() { return std::getenv("KIDEVENT_TEST_LONG") != nullptr; }

private:
    // Two tables stand for all where no table in particular was weakened.
    static bool is_tried(const mutant& weakened, const tenant_table& table) {
        if (weakened.table.empty()) return is_long() || table.name == "accounts" || table.name == "events";
        return table.name == weakened.table;
    }

    static const behaviour_oracle& oracle() {
        static const behaviour_oracle made;
        return made;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(isolation_mutation, mutation_run)

BOOST_AUTO_TEST_CASE(an_unchanged_copy_passes) {
    const mutant unchanged{"nothing", "select 1"};
    {
        auto copy = cluster.superuser(copy_name);
        const auto found = judge_catalog(copy, unchanged);
        BOOST_TEST(found.lints == 0U);
        BOOST_TEST(found.start == 0U);
    }
    BOOST_TEST(judge_behaviour(unchanged).empty());
    for (const auto& table : tables)
        BOOST_TEST(judge_behaviour({"nothing", "select 1", "", table.name}).empty());
}

BOOST_AUTO_TEST_CASE(every_weakened_table_is_noticed) {
    std::vector<mutant> all;
    std::vector<bool> tried;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const auto before = all.size();
        add_table_mutants(tables, tables[i], all);
        // Each kind of mutant on another table, and one kind on all of them.
        for (auto kind = before; kind < all.size(); ++kind)
            tried.push_back(kind == before || (kind - before) % tables.size() == i);
    }
    BOOST_TEST(all.size() > tables.size() * 20);
    run(all, [&tried](std::size_t number) { return tried[number]; });
}

BOOST_AUTO_TEST_CASE(every_weakened_function_is_noticed) {
    run(list_function_mutants(), [](std::size_t) { return true; });
}

BOOST_AUTO_TEST_CASE(every_grant_too_much_is_noticed) {
    run(list_grant_mutants(), [](std::size_t) { return true; });
}

BOOST_AUTO_TEST_CASE(every_weakened_schema_is_noticed) {
    run(list_schema_mutants(), [](std::size_t) { return true; });
}

BOOST_AUTO_TEST_SUITE_END()
