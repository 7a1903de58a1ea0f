#include "db/connection_pool.hpp"

#include "database/db/probes.hpp"
#include "db/tenant_transaction.hpp"
#include "support/open_database.hpp"
#include "support/two_tenants.hpp"

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

class two_connections : public two_tenants {
public:
    two_connections() {
        settings.pool_size_max = 2;
        settings.pool_waiting_max = 3;
        settings.pool_wait = 300ms;
        settings.connect_timeout = 1s;
        opened.emplace(settings);
    }

    // Holds a connection inside a transaction until `released`; says when it has it.
    struct holder {
        bool has_it = false;
        bool released = false;
        bool ended = false;
        int backend = 0;
        std::string error;
    };

    static task<> hold(two_connections& in, tenant_handle tenant, std::shared_ptr<holder> as) {
        try {
            auto beginning = db::tenant_transaction::begin(in.opened->database, tenant);
            auto held = co_await beginning;
            const auto backend = held.add(probe_backend);
            auto asked = held.run();
            co_await asked;
            as->backend = backend.rows().front().get<int>(0);
            as->has_it = true;
            while (!as->released) {
                held.add(probe_number, 1);
                auto turn = held.run();
                co_await turn;
            }
            auto done = held.rollback();
            co_await done;
        } catch (const db::db_error& failed) {
            as->error = failed.what();
        }
        as->ended = true;
    }

    std::shared_ptr<holder> start_holder(const tenant_handle& tenant) {
        auto made = std::make_shared<holder>();
        detach(hold(*this, tenant, made));
        return made;
    }

    bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit = 5s) {
        return opened->loop.run_until(condition, limit);
    }

    static task<std::string> context_of(db::database& with, tenant_handle tenant) {
        auto beginning = db::tenant_transaction::begin(with, tenant);
        auto reading = co_await beginning;
        const auto context = reading.add(probe_context);
        auto done = reading.commit();
        co_await done;
        co_return context.rows().front().get<std::string>(0);
    }

    // The first success within five seconds.
    bool heals(const tenant_handle& tenant, const std::string& expected) {
        const auto deadline = std::chrono::steady_clock::now() + 5s;
        while (std::chrono::steady_clock::now() < deadline) {
            try {
                return opened->run(context_of(opened->database, tenant)) == expected;
            } catch (const db::db_error&) {
                opened->loop.run_for(50ms);
            }
        }
        return false;
    }

    std::optional<open_database> opened;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(db_connection_pool, two_connections)

BOOST_AUTO_TEST_CASE(no_more_connections_are_opened_than_allowed) {
    const auto a = opened->handle_of("alpha");
    const auto first = start_holder(a);
    const auto second = start_holder(a);
    const auto third = start_holder(a);
    BOOST_REQUIRE(wait_until([&] { return first->has_it && second->has_it; }));
    BOOST_TEST(first->backend != second->backend);
    BOOST_TEST(!third->has_it);
    BOOST_TEST(opened->database.stats().pool_total == 2U);
    BOOST_TEST(opened->database.stats().pool_waiting == 1U);
    first->released = true;
    BOOST_REQUIRE(wait_until([&] { return third->has_it; }));
    BOOST_TEST(third->backend == first->backend);
    second->released = third->released = true;
    BOOST_REQUIRE(wait_until([&] { return second->ended && third->ended; }));
    BOOST_TEST(opened->database.stats().pool_idle == 2U);
}

BOOST_AUTO_TEST_CASE(waiting_for_a_connection_ends_in_time) {
    const auto a = opened->handle_of("alpha");
    const auto first = start_holder(a);
    const auto second = start_holder(a);
    BOOST_REQUIRE(wait_until([&] { return first->has_it && second->has_it; }));
    const auto started = std::chrono::steady_clock::now();
    const auto third = start_holder(a);
    BOOST_REQUIRE(wait_until([&] { return third->ended; }));
    const auto waited = std::chrono::steady_clock::now() - started;
    BOOST_TEST((waited >= 290ms && waited < 1500ms));
    BOOST_TEST(third->error.find("db.pool_wait") != std::string::npos);
    first->released = second->released = true;
    BOOST_REQUIRE(wait_until([&] { return first->ended && second->ended; }));
}

BOOST_AUTO_TEST_CASE(a_full_queue_refuses_at_once) {
    const auto a = opened->handle_of("alpha");
    std::vector<std::shared_ptr<holder>> all;
    for (int i = 0; i < 2; ++i)
        all.push_back(start_holder(a));
    BOOST_REQUIRE(wait_until([&] { return all[0]->has_it && all[1]->has_it; }));
    for (int i = 0; i < 3; ++i)
        all.push_back(start_holder(a));
    const auto refused = start_holder(a);
    BOOST_TEST(refused->ended);
    BOOST_TEST(refused->error.find("db.pool_waiting_max") != std::string::npos);
    for (const auto& each : all)
        each->released = true;
    for (const auto& each : all)
        BOOST_TEST(wait_until([&] { return each->ended; }));
}

BOOST_AUTO_TEST_CASE(a_backend_that_dies_inside_a_transaction_is_replaced) {
    const auto a = opened->handle_of("alpha");
    const auto first = start_holder(a);
    BOOST_REQUIRE(wait_until([&] { return first->has_it; }));
    superuser.rows("select pg_terminate_backend($1)", {std::to_string(first->backend)});
    BOOST_REQUIRE(wait_until([&] { return first->ended; }));
    BOOST_TEST(!first->error.empty());
    BOOST_TEST(heals(a, alpha.id));
}

BOOST_AUTO_TEST_CASE(the_pool_heals_within_five_seconds_of_a_restart_of_the_server) {
    const auto a = opened->handle_of("alpha");
    for (const auto mode : {shutdown_mode::fast, shutdown_mode::immediate}) {
        cluster.stop(mode);
        BOOST_CHECK_THROW(opened->run(context_of(opened->database, a)), db::db_error);
        cluster.start();
        const auto started = std::chrono::steady_clock::now();
        BOOST_TEST(heals(a, alpha.id));
        BOOST_TEST(wait_until([&] { return opened->database.stats().lanes_open == 2; }));
        BOOST_TEST((std::chrono::steady_clock::now() - started < 5s));
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_holds_still_costs_no_more_than_the_deadlines) {
    const auto a = opened->handle_of("alpha");
    const auto b = opened->handle_of("beta");
    cluster.freeze();
    const auto started = std::chrono::steady_clock::now();
    bool failed = false;
    try {
        opened->run(context_of(opened->database, a));
    } catch (const db::db_error&) {
        failed = true;
    }
    const auto waited = std::chrono::steady_clock::now() - started;
    cluster.thaw();
    BOOST_TEST(failed);
    BOOST_TEST((waited < settings.statement_timeout + 3s));
    BOOST_TEST(heals(b, beta.id));
}

BOOST_AUTO_TEST_CASE(a_server_without_free_connections_is_unavailable) {
    const auto a = opened->handle_of("alpha");
    superuser.execute("alter role kidevent_app connection limit 0");
    cluster.terminate_backends(settings.name);
    opened->loop.run_for(200ms);
    BOOST_CHECK_EXCEPTION(
        opened->run(context_of(opened->database, a)), db::db_error,
        [](const db::db_error& why) { return why.what_kind() == db::db_error::kind::unavailable; });
    cluster.superuser("postgres").execute("alter role kidevent_app connection limit -1");
    BOOST_TEST(heals(a, alpha.id));
}

BOOST_AUTO_TEST_SUITE_END()
