// Schedules under a clock that the test moves: both changes of the clock, an outage, and many processes at
// once.

#include "jobs/schedule.hpp"

#include "core/time_text.hpp"
#include "support/job_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

constexpr jobs::schedule those[] = {
    {"nightly", "30 2 * * *", "Europe/Berlin", first_kind, true, 12h},
    {"hourly", "0 * * * *", "Europe/Berlin", second_kind, false, 2h},
};

task<> fire_and_count(jobs::scheduler& one, int& fired, int& left) {
    auto firing = one.fire_due();
    fired += co_await firing;
    --left;
}

class schedule_fixture : public job_fixture {
public:
    schedule_fixture() { superuser.execute("delete from platform.job_slots"); }

    void start_schedulers(const char* at) {
        time.at = *parse_rfc3339(at);
        all.clear();
        for (int i = 0; i < 8; ++i)
            all.push_back(std::make_unique<jobs::scheduler>(opened().database, time, those));
    }

    // All eight at once, every half hour.
    int run_until(const char* end) {
        int fired = 0;
        for (; time.at <= *parse_rfc3339(end); time.at += 30min)
            fired += fire();
        return fired;
    }
    int fire() {
        int fired = 0;
        int left = static_cast<int>(all.size());
        for (const auto& each : all)
            detach(fire_and_count(*each, fired, left));
        BOOST_REQUIRE(opened().loop.run_until([&left] { return left == 0; }));
        return fired;
    }

    std::string slots(const std::string& name) {
        return superuser.value("select string_agg(to_char(slot, 'MM-DD HH24:MI'), ' ' order by slot)"
                               " from platform.job_slots where schedule = $1",
                               {name});
    }
    std::string count(const std::string& name) {
        return superuser.value("select count(*) from platform.job_slots where schedule = $1", {name});
    }

    set_clock time;
    std::vector<std::unique_ptr<jobs::scheduler>> all;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(jobs_schedule, schedule_fixture)

BOOST_AUTO_TEST_CASE(each_slot_fires_once_through_the_change_to_summer_time) {
    start_schedulers("2026-03-28T12:10:00Z");
    const int fired = run_until("2026-03-30T12:10:00Z");
    // Up to two hours before the start belong to it, and then every hour by elapsed time.
    BOOST_TEST(slots("nightly") == "03-28 01:30 03-29 01:30 03-30 00:30");
    BOOST_TEST(count("hourly") == "49");
    BOOST_TEST(fired == 49 + 3);
}

BOOST_AUTO_TEST_CASE(each_slot_fires_once_through_the_change_to_winter_time) {
    start_schedulers("2026-10-24T12:10:00Z");
    const int fired = run_until("2026-10-26T12:10:00Z");
    BOOST_TEST(slots("nightly") == "10-24 00:30 10-25 00:30 10-26 01:30");
    BOOST_TEST(count("hourly") == "49");
    BOOST_TEST(fired == 49 + 3);
}

BOOST_AUTO_TEST_CASE(after_an_outage_the_last_slot_that_was_missed_fires_and_no_other) {
    start_schedulers("2026-07-01T08:10:00Z");
    fire();
    time.at += 3h;
    fire();
    BOOST_TEST(slots("hourly") == "07-01 08:00 07-01 11:00");
    // Also when nothing of the processes is left.
    start_schedulers("2026-07-01T14:10:00Z");
    fire();
    fire();
    BOOST_TEST(slots("hourly") == "07-01 08:00 07-01 11:00 07-01 14:00");
    BOOST_TEST(slots("nightly") == "07-01 00:30");
    // Past the catch-up time nothing is made up for.
    start_schedulers("2026-07-02T13:10:00Z");
    fire();
    BOOST_TEST(slots("nightly") == "07-01 00:30");
    // Neither by a process that lived through the outage.
    time.at += 24h;
    fire();
    BOOST_TEST(slots("nightly") == "07-01 00:30");
}

BOOST_AUTO_TEST_CASE(a_schedule_enqueues_for_each_tenant_that_is_not_suspended_or_for_the_installation) {
    superuser.rows("update tenancy.tenants set suspended_at = now(), suspended_by = 'x' where id = $1",
                   {gamma.id});
    start_schedulers("2026-07-01T08:10:00Z");
    fire();
    BOOST_TEST(superuser.value("select string_agg(tenant_id::text, ' ' order by tenant_id) from platform.jobs"
                               " where kind = 'cleanup_expired_logins'")
               == std::min(alpha.id, beta.id) + " " + std::max(alpha.id, beta.id));
    BOOST_TEST(superuser.value("select tenant_id from platform.jobs where kind = 'cleanup_admin_logins'")
               == "00000000-0000-0000-0000-000000000000");
    // While the last one waits, the next slot does not add to it.
    time.at += 1h;
    BOOST_TEST(fire() == 1);
    BOOST_TEST(jobs_left() == 3);
}

BOOST_AUTO_TEST_SUITE_END()
