#include "http/gcra_table.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace std::chrono_literals;
using kidevent::http::gcra_rate;
using kidevent::http::gcra_table;
using std::chrono::microseconds;

namespace {

constexpr gcra_rate ten_a_minute{10, 1min};
constexpr microseconds begin = 1'000'000s;

int taken(gcra_table& table, const std::string& key, int tries, microseconds now,
          const gcra_rate& rate = ten_a_minute) {
    int allowed = 0;
    for (int i = 0; i < tries; ++i)
        allowed += table.take(key, rate, now).allowed ? 1 : 0;
    return allowed;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_gcra_table)

BOOST_AUTO_TEST_CASE(the_quota_is_there_at_once_and_comes_back_evenly) {
    gcra_table table{100};
    BOOST_TEST(taken(table, "a", 50, begin) == 10);
    BOOST_TEST(taken(table, "a", 50, begin + 5999ms) == 0);
    BOOST_TEST(taken(table, "a", 50, begin + 6s) == 1);
    BOOST_TEST(taken(table, "a", 50, begin + 36s) == 5);
    BOOST_TEST(taken(table, "a", 50, begin + 1h) == 10);
}

BOOST_AUTO_TEST_CASE(what_is_told_of_the_quota_is_what_then_holds) {
    gcra_table table{100};
    for (int i = 9; i >= 0; --i) {
        const auto told = table.take("a", ten_a_minute, begin);
        BOOST_TEST(told.allowed);
        BOOST_TEST(told.remaining == i);
        BOOST_TEST((told.full_in == (10 - i) * 6s));
        BOOST_TEST((told.retry_in == (i == 0 ? 6s : 0s)));
    }
    const auto refused = table.take("a", ten_a_minute, begin + 2s);
    BOOST_TEST(!refused.allowed);
    BOOST_TEST(refused.remaining == 0);
    BOOST_TEST((refused.retry_in == 4s));
    BOOST_TEST((refused.full_in == 58s));
    BOOST_TEST(!table.take("a", ten_a_minute, begin + 2s + refused.retry_in - 1us).allowed);
    BOOST_TEST(table.take("a", ten_a_minute, begin + 2s + refused.retry_in).allowed);
}

BOOST_AUTO_TEST_CASE(keys_do_not_share_their_quota) {
    gcra_table table{1000};
    for (int i = 0; i < 100; ++i)
        BOOST_TEST(taken(table, std::to_string(i), 11, begin) == 10);
}

BOOST_AUTO_TEST_CASE(a_flood_of_fresh_keys_takes_no_memory_and_frees_nobody) {
    gcra_table table{64};
    const auto before = table.bytes();
    BOOST_TEST(taken(table, "attacker", 100, begin) == 10);
    for (int i = 0; i < 10000; ++i)
        BOOST_TEST(table.take("fresh " + std::to_string(i), ten_a_minute, begin).allowed);
    BOOST_TEST(taken(table, "attacker", 10, begin) == 0);
    BOOST_TEST(table.bytes() == before);
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_neither_locks_out_nor_lets_in) {
    gcra_table table{64};
    BOOST_TEST(taken(table, "a", 50, begin + 1h) == 10);
    BOOST_TEST(taken(table, "a", 50, begin) == 0);
    BOOST_TEST(taken(table, "b", 50, begin) == 10);
    BOOST_TEST(taken(table, "a", 50, begin + 1h + 6s) == 1);
}

BOOST_AUTO_TEST_CASE(one_a_minute_and_ten_million_are_limits_too) {
    gcra_table table{64};
    const gcra_rate rare{1, 1min};
    BOOST_TEST(taken(table, "a", 5, begin, rare) == 1);
    BOOST_TEST(taken(table, "a", 5, begin + 1min, rare) == 1);
    const gcra_rate often{10'000'000, 1min};
    BOOST_TEST(taken(table, "b", 1000, begin, often) == 1000);
    BOOST_TEST(table.take("b", often, begin).remaining == 10'000'000 - 1001);
}

BOOST_AUTO_TEST_SUITE_END()
