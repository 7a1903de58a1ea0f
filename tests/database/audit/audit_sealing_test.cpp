// Sealing while others write, by several processes at once, and by processes that are killed.

#include "database/audit/audit_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using audit::seal_step;

struct sealing : audited_tenants {
    // A process that seals until it is at the step, and is killed there.
    void seal_until(seal_step killed_at) {
        const pid_t child = fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            try {
                open_database own{settings};
                audit::audit_sealer sealer{own.loop.loop(), own.database, keeping, counts};
                sealer.on_step = [killed_at](seal_step reached) {
                    if (reached == killed_at) raise(SIGKILL);
                };
                own.run(sealer.seal());
            } catch (...) {
                _exit(1);
            }
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        BOOST_TEST(WIFSIGNALED(status));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_sealing, sealing)

BOOST_AUTO_TEST_CASE(many_writers_and_two_sealers_make_one_unbroken_chain) {
    constexpr int writers = 4;
    constexpr int transactions = 25;
    keeping.batch_max = 7; // chains end in the middle of what is written at once
    std::atomic<int> writing = writers;
    std::atomic<int> failed = 0;
    const auto safely = [&failed](auto work) {
        try {
            work();
        } catch (const std::exception&) {
            ++failed;
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < writers; ++i)
        threads.emplace_back([&, i] {
            safely([&] {
                open_database own{settings};
                for (int j = 0; j < transactions; ++j)
                    write(own, i % 2 == 0 ? "alpha" : "beta", 3, j % 5 != 4);
            });
            --writing;
        });
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            safely([&] {
                open_database own{settings};
                while (writing > 0)
                    seal(own);
            });
        });
    for (std::thread& each : threads)
        each.join();
    BOOST_TEST(failed == 0);
    open_database through{settings};
    seal(through);
    for (const seeded_tenant* each : {&alpha, &beta}) {
        const auto found = verify(through, *each);
        BOOST_TEST(!found.broken);
        BOOST_TEST(found.checked == 2 * transactions * 3 * 4 / 5);
        BOOST_TEST(chain_of(through, *each).head.sequence == found.checked);
    }
}

BOOST_AUTO_TEST_CASE(nobody_who_writes_waits_for_who_seals) {
    open_database through{settings};
    write(through, "alpha", 5);
    auto sealer = as_role("kidevent_jobs");
    sealer.execute("begin");
    BOOST_TEST(sealer.rows("select * from platform.seal_audit_entries(100)").size() == 1u);
    // Sealed and not committed: alpha writes on, and another sealer goes past.
    auto writer = as_role("kidevent_app");
    writer.execute("set lock_timeout = '1ms'; begin");
    writer.rows("select tenancy.enter($1::bytea)", {alpha.capability});
    writer.rows(
        "select platform.append_audit_entry(gen_random_uuid(), 'system', 'system', 'event.created', '', '',"
        " '', '{}')");
    writer.execute("commit");
    auto other = as_role("kidevent_jobs");
    BOOST_TEST(other.rows("select * from platform.seal_audit_entries(100)").empty());
    sealer.execute("commit");
    seal(through);
    BOOST_TEST(verify(through, alpha).checked == 6);
    BOOST_TEST(chain_of(through, alpha).head.sequence == 6);
    // It was committed without a signature, which the next sealing makes.
    BOOST_TEST(verdict_of(through, alpha) == "");
}

BOOST_AUTO_TEST_CASE(what_a_killed_sealer_leaves_the_next_one_seals) {
    open_database through{settings};
    std::int64_t written = 0;
    for (const seal_step point :
         {seal_step::sealing, seal_step::sealed, seal_step::signed_heads, seal_step::committed}) {
        write(through, "alpha", 3);
        written += 3;
        seal_until(point);
        // The backend may not have noticed yet; until then it keeps the chain, and sealing goes past it.
        for (int i = 0; i < 500 && chain_of(through, alpha).unsealed > 0; ++i) {
            seal(through);
            through.loop.run_for(std::chrono::milliseconds{10});
        }
        BOOST_TEST(verdict_of(through, alpha) == "");
        BOOST_TEST(verify(through, alpha).checked == written);
    }
    BOOST_TEST(chain_of(through, alpha).head.sequence == written);
}

BOOST_AUTO_TEST_CASE(what_waits_is_measured) {
    open_database through{settings};
    write(through, "alpha", 3);
    superuser.execute("update platform.audit_entries set happened_at = happened_at - interval '100 s'");
    audit::audit_sealer sealer{through.loop.loop(), through.database, keeping, counts};
    through.run(sealer.measure());
    auto jobs = as_role("kidevent_jobs");
    BOOST_TEST(jobs.value("select unsealed from platform.audit_stats()") == "3");
    BOOST_TEST(std::stoi(jobs.value("select oldest_unsealed_s from platform.audit_stats()")) >= 100);
    seal(through);
    BOOST_TEST(jobs.value("select oldest_unsealed_s from platform.audit_stats()") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
