#include "http/rate_limit.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace kidevent;
using namespace std::chrono_literals;
using http::rate_limiter;

namespace {

class set_clock final : public clock {
public:
    timestamp now() const override { return at; }
    timestamp at{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1}};
};

int taken(rate_limiter& limiter, const std::string& key, int tries) {
    int allowed = 0;
    for (int i = 0; i < tries; ++i)
        if (!limiter.take(key)) ++allowed;
    return allowed;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_rate_limit)

BOOST_AUTO_TEST_CASE(a_burst_is_allowed_and_then_the_steady_rate) {
    set_clock time;
    rate_limiter limiter{30, 5, 100, time};
    BOOST_TEST(taken(limiter, "a", 50) == 5);
    BOOST_TEST(limiter.take("a").value().count() == 2);
    time.at += 1999ms;
    BOOST_TEST(limiter.take("a").value().count() == 1);
    time.at += 1ms;
    BOOST_TEST(taken(limiter, "a", 50) == 1);
    time.at += 1min;
    BOOST_TEST(taken(limiter, "a", 50) == 5);
}

BOOST_AUTO_TEST_CASE(over_an_hour_the_rate_is_kept) {
    set_clock time;
    rate_limiter limiter{10, 10, 100, time};
    int allowed = 0;
    for (int second = 0; second < 3600; ++second, time.at += 1s)
        allowed += taken(limiter, "a", 3);
    BOOST_TEST(allowed >= 600);
    BOOST_TEST(allowed <= 610);
}

BOOST_AUTO_TEST_CASE(keys_do_not_share_their_allowance) {
    set_clock time;
    rate_limiter limiter{1, 1, 100, time};
    BOOST_TEST(taken(limiter, "a", 2) == 1);
    BOOST_TEST(taken(limiter, "b", 2) == 1);
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_and_a_flood_of_fresh_keys_frees_nobody) {
    set_clock time;
    rate_limiter limiter{60, 10, 50, time};
    BOOST_TEST(taken(limiter, "attacker", 100) == 10);
    for (int i = 0; i < 10000; ++i)
        BOOST_TEST(!limiter.take("fresh " + std::to_string(i)));
    BOOST_TEST(limiter.keys() == 50U);
    BOOST_TEST(taken(limiter, "attacker", 10) == 0);
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_neither_locks_out_nor_lets_in) {
    set_clock time;
    rate_limiter limiter{60, 5, 50, time};
    BOOST_TEST(taken(limiter, "a", 10) == 5);
    time.at -= 1h;
    BOOST_TEST(taken(limiter, "a", 10) == 0);
    time.at += 1s;
    BOOST_TEST(taken(limiter, "a", 10) == 1);
    time.at += 1h;
    BOOST_TEST(taken(limiter, "a", 10) == 5);
    time.at -= 1h;
    BOOST_TEST(taken(limiter, "a", 10) == 0);
    time.at += 1s;
    BOOST_TEST(taken(limiter, "a", 10) == 1);
}

BOOST_AUTO_TEST_CASE(a_limit_of_nothing_is_refused) {
    const set_clock time;
    BOOST_CHECK_THROW(rate_limiter(0, 1, 1, time), std::invalid_argument);
    BOOST_CHECK_THROW(rate_limiter(1, 0, 1, time), std::invalid_argument);
    BOOST_CHECK_THROW(rate_limiter(1, 1, 0, time), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
