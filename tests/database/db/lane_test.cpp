#include "db/lane.hpp"

#include "database/db/probes.hpp"
#include "db/tenant_batch.hpp"
#include "support/open_database.hpp"
#include "support/two_tenants.hpp"

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

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

BOOST_AUTO_TEST_SUITE_END()
