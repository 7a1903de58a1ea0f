// What workers remember, where they are processes that share memory with their master.

#include "support/host_stack.hpp"
#include "support/two_tenants.hpp"

#include <csignal>

namespace kidevent::tests {

namespace {

using namespace std::chrono_literals;

struct remembering_stack : two_tenants {
    remembering_stack() {
        superuser.execute(
            "update events set published_at = now(), cancelled_at = null, cancelled_by = null, title = "
            "'Before', "
            "starts_at = now() + interval '1 day', ends_at = now() + interval '2 days', age_min = 3, "
            "age_max = 12, price_minor = 100, sessions = 1");
    }

    // For ever, as far as this test goes.
    host_stack stack{settings, 0, "cache:\n  answer_ttl: 1h\n"};

    // A worker that starts late has remembered nothing yet.
    bool have_all_answered() const {
        stack.get("alpha.localhost", "/api/v1/events");
        const auto page = stack.status();
        const auto& workers = page.at("workers").as_array();
        return std::all_of(workers.begin(), workers.end(), [](const boost::json::value& each) {
            return each.at("requests_total").to_number<std::int64_t>() > 0;
        });
    }

    // How many of many answers, from whichever worker, show the title.
    int count_of(const std::string& title) {
        int count = 0;
        for (int i = 0; i < 20; ++i) {
            const auto got = stack.get("alpha.localhost", "/api/v1/events");
            count += got.status == 200 && got.body.find(title) != std::string::npos ? 1 : 0;
        }
        return count;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_cache, remembering_stack)

BOOST_AUTO_TEST_CASE(what_a_worker_may_have_changed_before_it_was_killed_is_read_anew_by_the_others) {
    BOOST_REQUIRE(host_stack::wait_until([&] { return have_all_answered(); }, 20s));
    BOOST_TEST(count_of("Before") == 20);
    // A commit that nobody tells of, as of a worker that dies right after it.
    superuser.execute("update events set title = 'After'");
    BOOST_TEST(count_of("Before") == 20);
    const auto workers = stack.worker_pids();
    ::kill(workers.front(), SIGKILL);
    const auto is_replaced = [&] {
        const auto now = stack.worker_pids();
        return now.size() == workers.size() && now != workers;
    };
    BOOST_REQUIRE(host_stack::wait_until(is_replaced, 20s));
    BOOST_TEST(count_of("After") == 20);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
