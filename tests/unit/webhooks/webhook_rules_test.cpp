#include "webhooks/webhook_schedule.hpp"
#include "webhooks/webhook_signature.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace {

using namespace kidevent;
using namespace kidevent::webhooks;
using namespace std::chrono_literals;
using outcome = verdict::outcome;

const timestamp now{std::chrono::seconds{1'782'896'400}}; // 2026-07-01T09:00:00Z

verdict judged(int status, int attempts, const std::optional<std::string>& retry_after = {},
               double chance = 0.5) {
    return judge(status, attempts, retry_after, now, chance);
}

} // namespace

BOOST_AUTO_TEST_SUITE(webhooks_rules)

// Computed with the npm package standardwebhooks 1.1.1.
BOOST_AUTO_TEST_CASE(the_signature_is_the_standards) {
    const secret key{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjwA"};
    const std::string one =
        signatures_of({key}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test":2432232314})");
    BOOST_TEST(one == "v1,lDV99ZbbyMCaODHexlnvJUzu7W+uyyEFrKD8EwyZc7M=");
    BOOST_TEST(
        signatures_of({key, secret{}}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test":2432232314})")
        == one);
    const std::string two =
        signatures_of({secret{make_webhook_secret()}, key}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                      R"({"test":2432232314})");
    BOOST_TEST(two.ends_with(" " + one));
    BOOST_CHECK_THROW(signatures_of({secret{"plain"}}, "a", 1, "b"), std::invalid_argument);
    BOOST_CHECK_THROW(signatures_of({secret{"whsec_%%%"}}, "a", 1, "b"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(secrets_have_32_bytes_and_differ) {
    std::set<std::string> made;
    for (int i = 0; i < 50; ++i) {
        const auto text = make_webhook_secret();
        BOOST_TEST(text.starts_with("whsec_"));
        BOOST_TEST(text.size() == 6U + 44U);
        BOOST_TEST(made.insert(text).second);
    }
}

BOOST_AUTO_TEST_CASE(only_2xx_is_delivered_and_410_ends_the_webhook) {
    for (const int status : {200, 201, 204, 299})
        BOOST_TEST((judged(status, 1).is == outcome::delivered));
    BOOST_TEST((judged(410, 1).is == outcome::gone));
    for (const int status : {0, 100, 199, 300, 301, 302, 304, 307, 400, 404, 429, 500, 503})
        BOOST_TEST((judged(status, 1).is == outcome::again), status);
}

BOOST_AUTO_TEST_CASE(it_is_tried_ten_times_over_three_days) {
    std::chrono::milliseconds all{};
    for (int attempts = 1; attempts <= 9; ++attempts) {
        const auto is = judged(500, attempts);
        BOOST_TEST((is.is == outcome::again));
        all += is.pause;
    }
    BOOST_TEST((all == 75h + 35min + 5s));
    BOOST_TEST((judged(500, 10).is == outcome::given_up));
    BOOST_TEST((judged(500, 2, {}, 0.0).pause == 270s));
    BOOST_TEST((judged(500, 2, {}, 1.0).pause == 330s));
}

BOOST_AUTO_TEST_CASE(a_longer_wish_of_the_receiver_counts_up_to_a_day) {
    BOOST_TEST((judged(429, 1, "3600").pause == 1h));
    BOOST_TEST((judged(503, 1, "Wed, 01 Jul 2026 11:00:00 GMT").pause == 2h));
    BOOST_TEST((judged(429, 4, "10").pause == 2h)); // ours is longer
    BOOST_TEST((judged(429, 1, "999999999").pause == 24h));
    for (const char* text :
         {"", "soon", "-5", "12 apples", "Wed, 01 Jul 2020 11:00:00 GMT", "99999999999999999999"})
        BOOST_TEST((judged(429, 1, text).pause == 5s), text);
}

BOOST_AUTO_TEST_SUITE_END()
