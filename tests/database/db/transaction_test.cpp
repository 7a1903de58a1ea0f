#include "db/tenant_transaction.hpp"

#include "database/db/probes.hpp"
#include "db/connection_pool.hpp"
#include "db/leased_connection.hpp"
#include "support/open_database.hpp"
#include "support/two_tenants.hpp"

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

class one_connection : public two_tenants {
public:
    one_connection() {
        settings.pool_size_max = 1;
        settings.lock_timeout = 300ms;
        settings.statement_timeout = 600ms;
        opened.emplace(settings);
    }

    enum class ending { commit, roll_back, drop };

    // Inserts a household and ends as told; gives the backend that did it.
    static task<int> insert_household(db::database& with, tenant_handle tenant, uuid id, ending how) {
        auto beginning = db::tenant_transaction::begin(with, tenant);
        auto writing = co_await beginning;
        const auto backend = writing.add(probe_backend);
        writing.add(probe_insert_household, tenant.id(), id);
        auto written = writing.run();
        co_await written;
        if (how == ending::commit) {
            auto ended = writing.commit();
            co_await ended;
        }
        if (how == ending::roll_back) {
            auto ended = writing.rollback();
            co_await ended;
        }
        co_return backend.rows().front().get<int>(0);
    }

    template<class... Values>
    static task<std::string> first_text(db::database& with, tenant_handle tenant, const db::query& what,
                                        Values... values) {
        auto beginning = db::tenant_transaction::begin(with, tenant);
        auto reading = co_await beginning;
        const auto rows = reading.add(what, values...);
        auto done = reading.commit();
        co_await done;
        co_return rows.rows().empty() ? std::string{} : rows.rows().front().template get<std::string>(0);
    }

    static task<> run_one(db::database& with, tenant_handle tenant, const db::query& what) {
        auto beginning = db::tenant_transaction::begin(with, tenant);
        auto running = co_await beginning;
        running.add(what);
        auto done = running.run();
        co_await done;
    }

    bool is_there(uuid id) {
        return superuser.value("select count(*) from households where id = $1", {to_string(id)}) == "1";
    }

    std::optional<open_database> opened;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(db_transaction, one_connection)

BOOST_AUTO_TEST_CASE(a_commit_is_there_and_its_connection_is_used_again) {
    const auto a = opened->handle_of("alpha");
    const auto id = make_uuid();
    const auto before = opened->database.stats().round_trips;
    const int backend = opened->run(insert_household(opened->database, a, id, ending::commit));
    BOOST_TEST(opened->database.stats().round_trips == before + 2);
    BOOST_TEST(is_there(id));
    BOOST_TEST(opened->run(insert_household(opened->database, a, make_uuid(), ending::commit)) == backend);
}

BOOST_AUTO_TEST_CASE(a_rollback_leaves_nothing_and_its_connection_is_used_again) {
    const auto a = opened->handle_of("alpha");
    const auto id = make_uuid();
    const int backend = opened->run(insert_household(opened->database, a, id, ending::roll_back));
    BOOST_TEST(!is_there(id));
    BOOST_TEST(opened->run(insert_household(opened->database, a, make_uuid(), ending::commit)) == backend);
}

BOOST_AUTO_TEST_CASE(a_transaction_that_is_dropped_leaves_nothing_and_its_connection_is_closed) {
    const auto a = opened->handle_of("alpha");
    const auto id = make_uuid();
    const int backend = opened->run(insert_household(opened->database, a, id, ending::drop));
    const auto other = make_uuid();
    BOOST_TEST(opened->run(insert_household(opened->database, a, other, ending::commit)) != backend);
    BOOST_TEST(!is_there(id));
    BOOST_TEST(is_there(other));
    BOOST_TEST(opened->database.stats().pool_total == 1U);
}

BOOST_AUTO_TEST_CASE(an_error_leaves_nothing_and_the_next_tenant_gets_a_connection_without_a_trace) {
    const auto a = opened->handle_of("alpha");
    const auto b = opened->handle_of("beta");
    const auto taken = make_uuid();
    opened->run(insert_household(opened->database, a, taken, ending::commit));
    BOOST_CHECK_EXCEPTION(opened->run(insert_household(opened->database, a, taken, ending::commit)),
                          db::db_error, [](const db::db_error& why) {
                              return why.what_kind() == db::db_error::kind::constraint
                                     && why.constraint() == "households_pkey";
                          });
    BOOST_TEST(opened->run(first_text(opened->database, b, probe_context)) == beta.id);
}

BOOST_AUTO_TEST_CASE(another_tenants_row_cannot_be_written) {
    const auto a = opened->handle_of("alpha");
    const auto b = opened->handle_of("beta");
    struct attack {
        static task<> run(db::database& with, tenant_handle as, tenant_id into) {
            auto beginning = db::tenant_transaction::begin(with, as);
            auto writing = co_await beginning;
            writing.add(probe_insert_household, into, make_uuid());
            auto done = writing.commit();
            co_await done;
        }
    };
    BOOST_CHECK_EXCEPTION(opened->run(attack::run(opened->database, a, b.id())), db::db_error,
                          [](const db::db_error& why) { return why.sqlstate() == "42501"; });
}

BOOST_AUTO_TEST_CASE(a_lock_that_another_holds_is_a_timeout) {
    const auto a = opened->handle_of("alpha");
    superuser.execute("begin; lock table accounts in access exclusive mode");
    BOOST_CHECK_EXCEPTION(opened->run(run_one(opened->database, a, probe_lock_account)), db::db_error,
                          [](const db::db_error& why) {
                              return why.what_kind() == db::db_error::kind::timeout
                                     && why.sqlstate() == "55P03";
                          });
    superuser.execute("rollback");
    opened->run(run_one(opened->database, a, probe_lock_account));
}

BOOST_AUTO_TEST_CASE(a_statement_that_runs_too_long_is_a_timeout_and_the_pool_goes_on) {
    const auto a = opened->handle_of("alpha");
    BOOST_CHECK_EXCEPTION(opened->run(first_text(opened->database, a, probe_sleep, std::string{"5"})),
                          db::db_error, [](const db::db_error& why) {
                              return why.what_kind() == db::db_error::kind::timeout
                                     && why.sqlstate() == "57014";
                          });
    BOOST_TEST(opened->run(first_text(opened->database, a, probe_context)) == alpha.id);
}

BOOST_AUTO_TEST_CASE(a_revoked_capability_stops_everything_behind_it) {
    const auto a = opened->handle_of("alpha");
    superuser.rows("select tenancy.revoke_capability($1)", {alpha.id});
    const auto id = make_uuid();
    BOOST_CHECK_EXCEPTION(
        opened->run(insert_household(opened->database, a, id, ending::commit)), db::db_error,
        [](const db::db_error& why) { return why.what_kind() == db::db_error::kind::capability; });
    BOOST_TEST(!is_there(id));
}

BOOST_AUTO_TEST_CASE(a_transaction_runs_read_committed) {
    BOOST_TEST(superuser.value("show default_transaction_isolation") == "read committed");
    auto app = as_role("kidevent_app");
    BOOST_TEST(app.value("show transaction_isolation") == "read committed");
}

BOOST_AUTO_TEST_SUITE_END()
