#include "db/connection.hpp"

#include "database/db/probes.hpp"
#include "support/loop_runner.hpp"
#include "support/two_tenants.hpp"

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

const db::query insert_deferred{"probe.insert_deferred", "insert into deferred_probe values ($1, $2)",
                                test_only};
const db::query misspelt{"probe.misspelt", "selekt 1", test_only};

class opened_connection : public two_tenants {
public:
    std::shared_ptr<db::connection_options> options_as(const std::string& role,
                                                       std::vector<const db::query*> queries) {
        auto made = std::make_shared<db::connection_options>();
        made->keywords = {{"host", settings.host},
                          {"port", std::to_string(settings.port)},
                          {"dbname", settings.name},
                          {"user", role},
                          {"options", "-c statement_timeout=300ms"}};
        made->queries = std::move(queries);
        made->connect_timeout = 2s;
        made->answer_timeout = 1s;
        return made;
    }

    std::exception_ptr open(const std::shared_ptr<db::connection>& fresh) {
        std::optional<std::exception_ptr> opened;
        fresh->open([&opened](std::exception_ptr failed) { opened = failed; });
        if (!runner.run_until([&] {
                fresh->check_deadline(std::chrono::steady_clock::now());
                return opened.has_value();
            }))
            throw std::runtime_error("nobody said whether the connection opened");
        return *opened;
    }

    std::shared_ptr<db::connection> connect(std::vector<const db::query*> queries) {
        auto fresh = std::make_shared<db::connection>(runner.loop(), options_as("kidevent_app", queries));
        if (const auto failed = open(fresh)) std::rethrow_exception(failed);
        return fresh;
    }

    template<class... Values>
    static std::shared_ptr<db::batch> batch_of(const db::query& what, const Values&... values) {
        auto made = std::make_shared<db::batch>();
        made->statements.push_back({&what, db::params{values...}, {}});
        return made;
    }

    void wait_for(const std::shared_ptr<db::batch>& sent) {
        BOOST_REQUIRE(runner.run_until([&] { return sent->finished; }));
    }

    static db::db_error failure_of(const std::shared_ptr<db::batch>& sent) {
        try {
            if (sent->failure) std::rethrow_exception(sent->failure);
        } catch (const db::db_error& failed) {
            return failed;
        }
        throw std::runtime_error("the batch did not fail");
    }

    loop_runner runner;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(db_connection, opened_connection)

BOOST_AUTO_TEST_CASE(answers_come_back_in_the_order_of_the_batches) {
    const auto server = connect({&probe_number});
    std::vector<std::shared_ptr<db::batch>> sent;
    for (int i = 0; i < 100; ++i) {
        sent.push_back(batch_of(probe_number, i));
        server->submit(sent.back());
    }
    BOOST_TEST(server->batches_in_flight() == 100U);
    BOOST_TEST(!server->is_clean());
    wait_for(sent.back());
    for (int i = 0; i < 100; ++i) {
        BOOST_TEST(sent[static_cast<std::size_t>(i)]->finished);
        BOOST_TEST(sent[static_cast<std::size_t>(i)]->statements[0].answer.front().get<int>(0) == i);
    }
    BOOST_TEST(server->is_clean());
    server->close(db::db_error{db::db_error::kind::unavailable, "done"});
}

BOOST_AUTO_TEST_CASE(rows_are_not_believed_before_the_sync) {
    const auto server = connect({&probe_number});
    const auto sent = batch_of(probe_number, 1);
    const db::pending_rows rows{sent, 0};
    server->submit(sent);
    BOOST_CHECK_THROW(rows.rows(), std::logic_error);
    wait_for(sent);
    BOOST_TEST(rows.rows().size() == 1);
}

BOOST_AUTO_TEST_CASE(a_failing_batch_does_not_disturb_those_behind_it) {
    const auto server = connect({&probe_divide});
    auto failing = batch_of(probe_divide, 2);
    failing->statements.push_back({&probe_divide, db::params{0}, {}});
    failing->statements.push_back({&probe_divide, db::params{5}, {}});
    const auto behind = batch_of(probe_divide, 5);
    server->submit(failing);
    server->submit(behind);
    wait_for(behind);
    BOOST_TEST(failure_of(failing).sqlstate() == "22012");
    BOOST_CHECK_THROW((db::pending_rows{failing, 0}.rows()), std::logic_error);
    BOOST_TEST(!behind->failure);
    BOOST_TEST(behind->statements[0].answer.front().get<int>(0) == 2);
    BOOST_TEST(server->is_clean());
}

BOOST_AUTO_TEST_CASE(an_error_that_shows_only_at_the_sync_fails_the_batch) {
    superuser.execute(
        "create table deferred_probe (id integer primary key, parent integer references deferred_probe"
        " deferrable initially deferred); grant insert, select on deferred_probe to kidevent_app");
    const auto server = connect({&insert_deferred});
    const auto orphan = batch_of(insert_deferred, 1, 99);
    server->submit(orphan);
    wait_for(orphan);
    const auto failed = failure_of(orphan);
    BOOST_TEST((failed.what_kind() == db::db_error::kind::constraint));
    BOOST_TEST(failed.sqlstate() == "23503");
    BOOST_TEST(failed.constraint() == "deferred_probe_parent_fkey");
    BOOST_TEST(superuser.value("select count(*) from deferred_probe") == "0");
}

BOOST_AUTO_TEST_CASE(a_statement_that_runs_too_long_is_a_timeout) {
    const auto server = connect({&probe_sleep, &probe_number});
    const auto slow = batch_of(probe_sleep, "5");
    const auto behind = batch_of(probe_number, 7);
    server->submit(slow);
    server->submit(behind);
    wait_for(behind);
    BOOST_TEST((failure_of(slow).what_kind() == db::db_error::kind::timeout));
    BOOST_TEST(!behind->failure);
}

BOOST_AUTO_TEST_CASE(a_server_that_holds_still_is_given_up) {
    const auto server = connect({&probe_number});
    cluster.freeze();
    const auto sent = batch_of(probe_number, 1);
    server->submit(sent);
    const auto started = std::chrono::steady_clock::now();
    const bool ended = runner.run_until(
        [&] {
            server->check_deadline(std::chrono::steady_clock::now());
            return sent->finished;
        },
        5s);
    cluster.thaw();
    BOOST_TEST(ended);
    BOOST_TEST((std::chrono::steady_clock::now() - started < 3s));
    BOOST_TEST((failure_of(sent).what_kind() == db::db_error::kind::timeout));
    BOOST_TEST(!server->is_open());
}

BOOST_AUTO_TEST_CASE(everything_in_flight_fails_when_the_backend_dies) {
    const auto server = connect({&probe_sleep, &probe_backend});
    const auto asked = batch_of(probe_backend);
    server->submit(asked);
    wait_for(asked);
    const int backend = asked->statements[0].answer.front().get<int>(0);
    const auto first = batch_of(probe_sleep, "0.25");
    const auto second = batch_of(probe_backend);
    bool told = false;
    server->on_closed = [&told] { told = true; };
    server->submit(first);
    server->submit(second);
    superuser.rows("select pg_terminate_backend($1)", {std::to_string(backend)});
    wait_for(second);
    BOOST_TEST((failure_of(first).what_kind() == db::db_error::kind::unavailable));
    BOOST_TEST((failure_of(second).what_kind() == db::db_error::kind::unavailable));
    BOOST_TEST(runner.run_until([&told] { return told; }, 1s));
    BOOST_TEST(!server->is_clean());
    BOOST_CHECK_THROW(server->submit(batch_of(probe_backend)), db::db_error);
}

BOOST_AUTO_TEST_CASE(a_statement_that_cannot_be_prepared_keeps_the_connection_from_opening) {
    const auto fresh = std::make_shared<db::connection>(
        runner.loop(), options_as("kidevent_app", {&probe_number, &misspelt}));
    const auto failed = open(fresh);
    BOOST_REQUIRE(failed);
    BOOST_CHECK_EXCEPTION(std::rethrow_exception(failed), db::db_error, [](const db::db_error& why) {
        return why.sqlstate() == "42601"
               && std::string(why.what()).find("probe.misspelt") != std::string::npos;
    });
    BOOST_TEST(!fresh->is_open());
}

BOOST_AUTO_TEST_CASE(a_role_that_may_not_log_in_is_refused) {
    const auto fresh = std::make_shared<db::connection>(runner.loop(), options_as("kidevent_owner", {}));
    BOOST_TEST(bool(open(fresh)));
    BOOST_TEST(!fresh->is_open());
}

BOOST_AUTO_TEST_CASE(parameters_never_become_part_of_the_statement) {
    const auto server = connect({&probe_insert_household, &probe_number});
    const auto sent = batch_of(probe_number, "1; drop table accounts");
    server->submit(sent);
    wait_for(sent);
    BOOST_TEST(failure_of(sent).sqlstate() == "22P02");
    BOOST_TEST(superuser.value("select count(*) from accounts") == "9");
}

BOOST_AUTO_TEST_SUITE_END()
