// The test of the tests: a schema weakened in one place must not get past them.

#include "db/query.hpp"
#include "db/safety_check.hpp"
#include "isolation/capability_behaviour.hpp"
#include "isolation/catalog_lints.hpp"
#include "isolation/schema_mutants.hpp"
#include "isolation/tenant_behaviour.hpp"

#include <algorithm>
#include <future>
#include <iostream>

namespace {

using namespace kidevent;
using namespace kidevent::tests;

// Brings the check's statement into this executable.
[[maybe_unused]] task<std::vector<std::string>> (*const start_check)(db::database&) =
    &db::find_safety_problems;

std::vector<std::string> list_start_problems(trial_ground app) {
    for (const db::query* each : db::query::all_of(db::connection_role::app)) {
        if (std::string_view{each->name()} != "safety.problems") continue;
        std::vector<std::string> problems;
        app.begin_as_app();
        for (const auto& row : app.session().rows(each->sql()))
            problems.push_back(row[0].value_or("?"));
        app.end();
        return problems;
    }
    throw std::runtime_error("the check at start is not linked");
}

// What the three kinds of checks complain about.
struct verdict {
    std::vector<std::string> lints{};
    std::vector<std::string> start{};
    std::vector<std::string> behaviour{};

    bool names(const std::string& check) const {
        for (const auto* each : {&lints, &start, &behaviour})
            for (const std::string& complaint : *each)
                if (complaint.find(check) != std::string::npos) return true;
        return false;
    }
    // The first complaints of each kind, to read why the one that is missing is missing.
    std::string text() const {
        std::string all;
        for (const auto* each : {&lints, &start, &behaviour})
            for (std::size_t i = 0; i < std::min<std::size_t>(each->size(), 3); ++i)
                all += "\n    " + (*each)[i].substr(0, 200);
        return all;
    }
};

struct score {
    std::size_t killed = 0; // by the check that the mutant names
    std::size_t by_lints = 0;
    std::size_t by_start = 0;
    std::size_t by_behaviour = 0;
    std::vector<std::string> survivors{};

    void count(const mutant& of, const verdict& found) {
        by_lints += found.lints.empty() ? 0 : 1;
        by_start += found.start.empty() ? 0 : 1;
        by_behaviour += found.behaviour.empty() ? 0 : 1;
        if (found.names(of.noticed_by))
            ++killed;
        else
            survivors.push_back(of.name + ", which should be noticed by \"" + of.noticed_by
                                + "\"; complaints:" + found.text());
    }
};

const std::string copy_name = "kidevent_mutant";

class mutation_run : public two_tenants {
public:
    verdict judge(const mutant& weakened) {
        return weakened.table.empty() ? judge_in_copy(weakened) : judge_in_place(superuser, weakened);
    }

    // What is about one table, in a transaction that is rolled back: a copy of the database for each of these
    // would take longer than all else.
    verdict judge_in_place(sql_session& weakener, const mutant& weakened) const {
        const auto table = std::ranges::find(tables, weakened.table, &tenant_table::name);
        verdict found;
        weakener.execute("begin");
        weakener.execute(weakened.script);
        found.lints = find_lint_violations(weakener);
        const auto app = trial_ground::inside(weakener);
        found.start = list_start_problems(app);
        add_table_violations(app, weakener, oracle, tables, *table, found.behaviour);
        weakener.execute("rollback");
        return found;
    }

    // All else is tried from several connections. What statements do is looked at when nothing else has
    // noticed.
    verdict judge_in_copy(const mutant& weakened) {
        create_seeded_database(copy_name, {"alpha", "beta", "gamma"});
        auto copy = cluster.superuser(copy_name);
        copy.execute(weakened.script);
        verdict found;
        found.lints = find_lint_violations(copy);
        {
            auto app = cluster.as_role(copy_name, "kidevent_app");
            found.start = list_start_problems(trial_ground{app});
            if (!found.names(weakened.noticed_by)) {
                for (const auto& table : tables)
                    add_table_violations(trial_ground{app}, copy, oracle, tables, table, found.behaviour);
                add_capability_violations(copy_name, tables, found.behaviour);
            }
        }
        if (!weakened.undo.empty()) copy.execute(weakened.undo);
        return found;
    }

    score run(const std::vector<mutant>& all) {
        score total;
        for (const auto& each : all)
            total.count(each, judge(each));
        return tell(all, std::move(total));
    }

    // The same for mutants of tables, a half of them beside the other one in a database of its own.
    score run_side_by_side(const std::vector<mutant>& all) {
        create_seeded_database(copy_name, {"alpha", "beta", "gamma"});
        auto copy = cluster.superuser(copy_name);
        const auto judge_half = [this, &all](sql_session& weakener, std::size_t first) {
            std::vector<verdict> found;
            for (std::size_t i = first; i < all.size(); i += 2)
                found.push_back(judge_in_place(weakener, all[i]));
            return found;
        };
        auto odd = std::async(std::launch::async, [&] { return judge_half(copy, 1); });
        const std::vector<verdict> halves[] = {judge_half(superuser, 0), odd.get()};
        score total;
        for (std::size_t i = 0; i < all.size(); ++i)
            total.count(all[i], halves[i % 2][i / 2]);
        return tell(all, std::move(total));
    }

    static score tell(const std::vector<mutant>& all, score total) {
        std::cout << "mutants killed " << total.killed << " of " << all.size() << " (lints " << total.by_lints
                  << ", check at start " << total.by_start << ", behaviour " << total.by_behaviour << ")\n";
        for (const auto& survivor : total.survivors)
            BOOST_ERROR("a mutant survived: " + survivor);
        BOOST_TEST(total.killed == all.size());
        return total;
    }

    behaviour_oracle oracle;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(isolation_mutation, mutation_run)

BOOST_AUTO_TEST_CASE(an_unchanged_copy_passes) {
    std::vector<mutant> unchanged{{"nothing", "select 1", ""}};
    for (const auto& table : tables)
        unchanged.push_back({"nothing", "select 1", "", "", table.name});
    for (const auto& each : unchanged) {
        const auto found = judge(each);
        BOOST_TEST(found.lints.empty(), found.text());
        BOOST_TEST(found.start.empty(), found.text());
        BOOST_TEST(found.behaviour.empty(), found.text());
    }
}

BOOST_AUTO_TEST_CASE(every_weakened_table_is_noticed) {
    std::vector<mutant> all;
    for (const auto& table : tables)
        add_table_mutants(tables, table, all);
    BOOST_TEST(all.size() > tables.size() * 20);
    const auto total = run_side_by_side(all);
    // The lints alone see each of them, and the statements see those that change what is shown.
    BOOST_TEST(total.by_lints == all.size());
    BOOST_TEST(total.by_behaviour >= tables.size() * 8);
}

BOOST_AUTO_TEST_CASE(every_weakened_function_is_noticed) {
    run(list_enter_mutants());
    run(list_function_mutants());
}

BOOST_AUTO_TEST_CASE(every_grant_too_much_is_noticed) {
    run(list_grant_mutants());
    run(list_audit_mutants());
    run(list_role_mutants());
}

BOOST_AUTO_TEST_CASE(every_weakened_schema_is_noticed) { run(list_schema_mutants()); }

BOOST_AUTO_TEST_SUITE_END()
