#include "pool.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

using namespace kidevent;
using namespace kidevent::host;

namespace {

fastcgi_settings with_pools(std::vector<pool_settings> pools) {
    fastcgi_settings out;
    out.pools = std::move(pools);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(host_pool)

BOOST_AUTO_TEST_CASE(every_process_of_every_pool_has_a_seat) {
    const auto seats = list_seats(with_pools({{"web", 2, {"all"}}, {"jobs", 1, {"all"}}}), 8);
    BOOST_REQUIRE(seats.size() == 3U);
    BOOST_TEST(seats[0].socket() == "web-0.sock");
    BOOST_TEST(seats[1].socket() == "web-1.sock");
    BOOST_TEST(seats[2].socket() == "jobs-0.sock");
}

BOOST_AUTO_TEST_CASE(no_number_of_processes_means_one_per_processor) {
    BOOST_TEST(list_seats(with_pools({{"web", 0, {"all"}}}), 4).size() == 4U);
    BOOST_TEST(list_seats(with_pools({{"web", 0, {"all"}}}), 0).size() == 1U); // not known
}

BOOST_AUTO_TEST_CASE(background_work_runs_where_it_is_asked_for_and_nowhere_else) {
    BOOST_TEST(!serves_jobs({"web", 1, {"all"}}));
    BOOST_TEST(!serves_jobs({"web", 1, {"identity", "events"}}));
    BOOST_TEST(serves_jobs({"jobs", 1, {"jobs"}}));
    BOOST_TEST(serves_jobs({"both", 1, {"all", "jobs"}}));
    const auto pools = fastcgi_settings{}.pools;
    BOOST_TEST(std::count_if(pools.begin(), pools.end(), serves_jobs) == 1);
}

BOOST_AUTO_TEST_CASE(pools_that_cannot_work_are_refused) {
    BOOST_CHECK_THROW(list_seats(with_pools({}), 2), std::runtime_error);
    BOOST_CHECK_THROW(list_seats(with_pools({{"web", 1, {}}, {"web", 1, {}}}), 2), std::runtime_error);
    BOOST_CHECK_THROW(list_seats(with_pools({{"../web", 1, {}}}), 2), std::runtime_error);
    BOOST_CHECK_THROW(list_seats(with_pools({{"", 1, {}}}), 2), std::runtime_error);
    BOOST_CHECK_THROW(list_seats(with_pools({{"web", 257, {}}}), 2), std::runtime_error);
    BOOST_CHECK_THROW(list_seats(with_pools({{"web", -1, {}}}), 2), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_pool_is_found_by_its_name) {
    const auto settings = with_pools({{"web", 2, {"all"}}, {"jobs", 1, {"events"}}});
    BOOST_TEST(get_pool(settings, "jobs").services.front() == "events");
    BOOST_CHECK_THROW(get_pool(settings, "other"), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
