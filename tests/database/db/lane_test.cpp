#include "db/lane.hpp"

#include "database/db/probes.hpp"
#include "db/tenant_batch.hpp"
#include "support/open_database.hpp"
#include "support/two_tenants.hpp"

#include <set>
#include <thread>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

const db::query probe_router{"probe.router", "select 1", db::connection_role::router};

class one_lane : public two_tenants {
public:
    one_lane() {
        settings.lanes = 1;
        settings.lane_batches_max = 50;
        settings.statement_timeout = 400ms;
        opened.emplace(settings);
    }

    static task<std::string> context_of(db::database& with, tenant_handle tenant) {
        db::tenant_batch reading{with, tenant};
        const auto context = reading.add(probe_context);
        auto answered = reading.run();
        co_await answered;
        co_return context.rows().front().get<std::string>(0);
    }

    static task<std::string> outcome_of(db::database& with, tenant_handle tenant, std::string seconds) {
        db::tenant_batch reading{with, tenant};
        const auto emails = reading.add(probe_emails);
        reading.add(probe_sleep, seconds);
        try {
            auto answered = reading.run();
            co_await answered;
        } catch (const db::db_error& failed) {
            co_return "error " + std::to_string(static_cast<int>(failed.what_kind()));
        }
        std::string all;
        for (const db::row each : emails.rows())
            all += each.get<std::string>(0) + " ";
        co_return all;
    }

    // What a batch saw: when its transaction began, whose rows there were, and how it ended.
    struct sight {
        bool ended = false;
        timestamp transaction{};
        std::vector<std::string> tenants;
        std::optional<db::db_error::kind> failed;
        int quotient = 0;
    };
    static task<> look(db::database& with, tenant_handle tenant, int divisor, sight& into) {
        db::tenant_batch reading{with, tenant};
        const auto began = reading.add(probe_transaction);
        const auto emails = reading.add(probe_emails);
        const auto quotient = reading.add(probe_divide, divisor);
        try {
            auto answered = reading.run();
            co_await answered;
            into.transaction = began.rows().front().get<timestamp>(0);
            std::string all;
            for (const db::row each : emails.rows())
                all += each.get<std::string>(0) + " ";
            into.tenants = list_tenants_in(all);
            into.quotient = quotient.rows().front().get<int>(0);
        } catch (const db::db_error& failed) {
            into.failed = failed.what_kind();
        }
        into.ended = true;
    }
    // Keeps the lane busy with as many turns as it sends at a time, so that what follows has to wait.
    std::vector<std::shared_ptr<db::batch>> occupy(const std::string& seconds) {
        std::vector<std::shared_ptr<db::batch>> sent;
        for (int i = 0; i < 2; ++i) {
            sent.push_back(std::make_shared<db::batch>());
            sent.back()->statements.push_back({&probe_sleep, db::params{seconds}, {}});
            opened->database.run_on_lane(sent.back());
        }
        return sent;
    }
    static bool have_ended(const std::vector<sight>& all) {
        return std::all_of(all.begin(), all.end(), [](const sight& each) { return each.ended; });
    }
    static std::size_t count_transactions(const std::vector<sight>& all, std::string_view of) {
        std::set<timestamp> known;
        for (const sight& each : all)
            if (!each.failed && each.tenants == std::vector<std::string>{std::string{of}})
                known.insert(each.transaction);
        return known.size();
    }

    static task<> write_on_lane(db::database& with, tenant_handle tenant) {
        db::tenant_batch writing{with, tenant};
        writing.add(probe_insert_household, tenant.id(), make_uuid());
        auto answered = writing.run();
        co_await answered;
    }

    std::optional<open_database> opened;
};

std::string kind_text(db::db_error::kind kind) { return "error " + std::to_string(static_cast<int>(kind)); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(db_lane, one_lane)

BOOST_AUTO_TEST_CASE(tenants_that_share_a_lane_each_see_their_own_rows) {
    const auto a = opened->handle_of("alpha");
    const auto b = opened->handle_of("beta");
    std::vector<std::string> seen(40);
    std::size_t ended = 0;
    const auto store = [](db::database& with, tenant_handle tenant, std::string& into,
                          std::size_t& count) -> task<> {
        auto reading = outcome_of(with, tenant, "0");
        into = co_await reading;
        ++count;
    };
    for (std::size_t i = 0; i < seen.size(); ++i)
        detach(store(opened->database, i % 2 ? b : a, seen[i], ended));
    BOOST_TEST(opened->database.stats().lane_batches_in_flight == seen.size());
    BOOST_REQUIRE(opened->loop.run_until([&] { return ended == seen.size(); }));
    for (std::size_t i = 0; i < seen.size(); ++i)
        BOOST_TEST(list_tenants_in(seen[i]) == std::vector<std::string>{i % 2 ? "beta" : "alpha"},
                   boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(batches_of_one_tenant_that_find_the_lane_busy_share_a_transaction) {
    const auto a = opened->handle_of("alpha");
    const auto b = opened->handle_of("beta");
    const auto busy = occupy("0.1");
    std::vector<sight> seen(12);
    for (std::size_t i = 0; i < seen.size(); ++i)
        detach(look(opened->database, i % 2 ? b : a, static_cast<int>(i) + 1, seen[i]));
    BOOST_TEST(opened->database.stats().lane_batches_in_flight == busy.size() + seen.size());
    BOOST_REQUIRE(opened->loop.run_until([&] { return have_ended(seen); }));
    for (std::size_t i = 0; i < seen.size(); ++i) {
        BOOST_TEST(seen[i].tenants == std::vector<std::string>{i % 2 ? "beta" : "alpha"},
                   boost::test_tools::per_element());
        BOOST_TEST(seen[i].quotient == 10 / (static_cast<int>(i) + 1));
    }
    BOOST_TEST(count_transactions(seen, "alpha") == 1U);
    BOOST_TEST(count_transactions(seen, "beta") == 1U);
    BOOST_TEST((seen[0].transaction != seen[1].transaction));
    BOOST_TEST(opened->database.stats().lane_batches_in_flight == 0U);
}

BOOST_AUTO_TEST_CASE(a_turn_is_shared_by_no_more_batches_than_the_setting_says) {
    settings.lane_shared_max = 3;
    opened.emplace(settings);
    const auto a = opened->handle_of("alpha");
    const auto busy = occupy("0.1");
    std::vector<sight> seen(7);
    for (sight& each : seen)
        detach(look(opened->database, a, 1, each));
    BOOST_REQUIRE(opened->loop.run_until([&] { return have_ended(seen); }));
    BOOST_TEST(count_transactions(seen, "alpha") == 3U);
}

BOOST_AUTO_TEST_CASE(a_statement_that_fails_takes_nobody_along_who_shared_its_transaction) {
    const auto a = opened->handle_of("alpha");
    const auto busy = occupy("0.1");
    std::vector<sight> seen(4);
    for (std::size_t i = 0; i < seen.size(); ++i)
        detach(look(opened->database, a, i == 1 ? 0 : 2, seen[i]));
    BOOST_REQUIRE(opened->loop.run_until([&] { return have_ended(seen); }));
    for (std::size_t i = 0; i < seen.size(); ++i) {
        BOOST_TEST(seen[i].failed.has_value() == (i == 1));
        if (i != 1) BOOST_TEST(seen[i].quotient == 5);
    }
    BOOST_TEST((seen[1].failed == db::db_error::kind::statement));
    BOOST_TEST(count_transactions(seen, "alpha") == 3U); // each of its own, at the second try
}

BOOST_AUTO_TEST_CASE(a_capability_that_is_revoked_is_refused_to_all_who_share_a_turn) {
    const auto a = opened->handle_of("alpha");
    const auto b = opened->handle_of("beta");
    const auto busy = occupy("0.2");
    std::vector<sight> seen(4);
    for (std::size_t i = 0; i < seen.size(); ++i)
        detach(look(opened->database, i == 3 ? b : a, 1, seen[i]));
    superuser.rows("select tenancy.revoke_capability($1)", {alpha.id});
    BOOST_REQUIRE(opened->loop.run_until([&] { return have_ended(seen); }));
    for (std::size_t i = 0; i < 3; ++i)
        BOOST_TEST((seen[i].failed == db::db_error::kind::capability));
    BOOST_TEST(seen[3].tenants == std::vector<std::string>{"beta"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_turn_hears_when_the_connection_is_lost) {
    const auto a = opened->handle_of("alpha");
    const auto busy = occupy("0.3");
    std::vector<sight> seen(5);
    for (sight& each : seen)
        detach(look(opened->database, a, 1, each));
    cluster.terminate_backends(settings.name);
    BOOST_REQUIRE(opened->loop.run_until([&] { return have_ended(seen); }, 3s));
    for (const sight& each : seen)
        BOOST_TEST((each.failed == db::db_error::kind::unavailable));
    BOOST_TEST(opened->database.stats().lane_batches_in_flight == 0U);
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_for_a_turn_is_told_so) {
    // Four seconds of turns; a batch may wait for statement_timeout and a second.
    settings.statement_timeout = 1000ms;
    opened.emplace(settings);
    std::vector<std::shared_ptr<db::batch>> sent;
    for (int i = 0; i < 8; ++i) {
        sent.push_back(std::make_shared<db::batch>());
        sent.back()->statements.push_back({&probe_sleep, db::params{"0.5"}, {}});
        opened->database.run_on_lane(sent.back());
    }
    const auto a = opened->handle_of("alpha");
    sight last;
    detach(look(opened->database, a, 1, last));
    BOOST_REQUIRE(opened->loop.run_until([&] { return last.ended; }, 5s));
    BOOST_TEST((last.failed == db::db_error::kind::timeout));
    BOOST_TEST(opened->run(context_of(opened->database, a)) == alpha.id);
}

BOOST_AUTO_TEST_CASE(a_batch_that_times_out_fails_alone) {
    const auto a = opened->handle_of("alpha");
    const auto b = opened->handle_of("beta");
    std::string slow;
    std::size_t ended = 0;
    const auto store = [](db::database& with, tenant_handle tenant, std::string& into,
                          std::size_t& count) -> task<> {
        auto reading = outcome_of(with, tenant, "9");
        into = co_await reading;
        ++count;
    };
    detach(store(opened->database, a, slow, ended));
    const auto behind = opened->run(outcome_of(opened->database, b, "0"));
    BOOST_TEST(ended == 1U);
    BOOST_TEST(slow == kind_text(db::db_error::kind::timeout));
    BOOST_TEST(list_tenants_in(behind) == std::vector<std::string>{"beta"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_of_a_tenant_is_left_on_the_lane_after_its_batch) {
    const auto a = opened->handle_of("alpha");
    BOOST_TEST(opened->run(context_of(opened->database, a)) == alpha.id);
    auto bare = std::make_shared<db::batch>();
    bare->statements.push_back({&probe_context, db::params{}, {}});
    bare->statements.push_back({&probe_emails, db::params{}, {}});
    opened->database.run_on_lane(bare);
    BOOST_REQUIRE(opened->loop.run_until([&] { return bare->finished; }));
    BOOST_TEST(bare->statements[0].answer.front().get<std::string>(0) == "");
    BOOST_TEST(bare->statements[1].answer.empty());
}

BOOST_AUTO_TEST_CASE(a_lane_refuses_to_write) {
    const auto a = opened->handle_of("alpha");
    BOOST_CHECK_EXCEPTION(opened->run(write_on_lane(opened->database, a)), db::db_error,
                          [](const db::db_error& why) { return why.sqlstate() == "25006"; });
}

BOOST_AUTO_TEST_CASE(a_revoked_capability_is_refused_although_the_handle_is_remembered) {
    const auto a = opened->handle_of("alpha");
    superuser.rows("select tenancy.revoke_capability($1)", {alpha.id});
    BOOST_TEST(opened->run(outcome_of(opened->database, a, "0"))
               == kind_text(db::db_error::kind::capability));
    superuser.rows("select tenancy.renew_capability($1)", {alpha.id});
    BOOST_TEST(opened->run(outcome_of(opened->database, a, "0"))
               == kind_text(db::db_error::kind::capability));
    BOOST_TEST(opened->run(context_of(opened->database, opened->handle_of("alpha"))) == alpha.id);
}

BOOST_AUTO_TEST_CASE(a_full_lane_refuses_instead_of_queueing_without_end) {
    const auto a = opened->handle_of("alpha");
    std::vector<std::shared_ptr<db::batch>> sent;
    for (int i = 0; i < 50; ++i) {
        sent.push_back(std::make_shared<db::batch>());
        sent.back()->statements.push_back({&probe_number, db::params{i}, {}});
        opened->database.run_on_lane(sent.back());
    }
    BOOST_TEST(opened->run(outcome_of(opened->database, a, "0"))
               == kind_text(db::db_error::kind::unavailable));
    BOOST_REQUIRE(opened->loop.run_until([&] { return sent.back()->finished; }));
    BOOST_TEST(list_tenants_in(opened->run(outcome_of(opened->database, a, "0")))
                   == std::vector<std::string>{"alpha"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_lane_comes_back_after_its_backend_was_killed) {
    const auto a = opened->handle_of("alpha");
    std::vector<std::string> announced;
    opened->database.on_tenant_changed = [&](std::string_view slug) { announced.emplace_back(slug); };
    cluster.terminate_backends(settings.name);
    BOOST_REQUIRE(opened->loop.run_until([&] { return opened->database.stats().lanes_open == 0; }, 2s));
    BOOST_REQUIRE(opened->loop.run_until(
        [&] { return opened->database.stats().lanes_open == 1 && opened->database.hears_announcements(); },
        5s));
    BOOST_TEST(opened->run(context_of(opened->database, a)) == alpha.id);
    // Announcements may have been missed in between.
    BOOST_TEST(std::count(announced.begin(), announced.end(), "") >= 1);
}

BOOST_AUTO_TEST_CASE(changes_of_a_tenant_are_announced) {
    std::string announced;
    opened->database.on_tenant_changed = [&](std::string_view slug) { announced = slug; };
    superuser.rows("update tenancy.tenants set name = 'Other' where slug = 'beta'");
    BOOST_TEST(opened->loop.run_until([&] { return announced == "beta"; }, 2s));
}

// PostgreSQL sends it right after an answer, and both are read at once.
BOOST_AUTO_TEST_CASE(what_is_announced_behind_an_answer_is_heard_with_it) {
    std::string announced;
    opened->database.on_tenant_changed = [&](std::string_view slug) { announced = slug; };
    auto asked = std::make_shared<db::batch>();
    asked->statements.push_back({&probe_router, db::params{}, {}});
    opened->database.run_on_router(asked);
    std::this_thread::sleep_for(100ms);
    superuser.execute("notify kidevent_tenants, 'beta'");
    std::this_thread::sleep_for(100ms);
    BOOST_TEST(opened->loop.run_until([&] { return asked->finished; }, 2s));
    BOOST_TEST(opened->loop.run_until([&] { return announced == "beta"; }, 2s));
}

BOOST_AUTO_TEST_SUITE_END()
