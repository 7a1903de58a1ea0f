// Limits that several workers count together in Redis, and each for itself while there is none.

#include "services.hpp"
#include "support/api_client.hpp"
#include "support/redis_server.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace {

struct limits : two_organisations {
    redis_server redis;
    settings shared = [this] {
        settings chosen = with;
        chosen.redis.address = redis.address();
        chosen.rate_limit.shared = "redis";
        chosen.rate_limit.writes_per_minute_per_address = 10;
        chosen.rate_limit.requests_per_minute_per_account = 10;
        return chosen;
    }();
    api_client one{shared};
    api_client two{shared};

    static bool comes_up(api_client& of) {
        for (int i = 0; i < 300 && !of.served().parts().redis.stats().is_up; ++i)
            of.run_for(std::chrono::milliseconds{10});
        return of.served().parts().redis.stats().is_up;
    }
    static bool goes_down(api_client& of) {
        for (int i = 0; i < 300 && of.served().parts().redis.stats().is_up; ++i)
            of.run_for(std::chrono::milliseconds{10});
        return !of.served().parts().redis.stats().is_up;
    }
    static answer sign_out(api_client& at, const std::string& address) {
        request wanted = make_request("DELETE", anonymous_at("alpha"), "/api/v1/logins/current");
        wanted.remote_address = address;
        return at.send(wanted);
    }
    // Of twenty, by turns at both workers.
    int let_through(const std::string& address) {
        int count = 0;
        for (int i = 0; i < 20; ++i)
            count += sign_out(i % 2 == 0 ? one : two, address).status == 429 ? 0 : 1;
        return count;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(redis_rate_limits, limits)

BOOST_AUTO_TEST_CASE(workers_count_one_address_together) {
    BOOST_REQUIRE((comes_up(one) && comes_up(two)));
    BOOST_TEST(let_through("192.0.2.1") == 10);
    const auto refused = sign_out(two, "192.0.2.1");
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(refused.header_value("RateLimit-Policy") == "\"address\";q=10;w=60");
    BOOST_TEST(refused.header_value("RateLimit").starts_with("\"address\";r=0;t="));
    BOOST_TEST(std::stoi(refused.header_value("Retry-After")) <= 6);
    BOOST_TEST(let_through("192.0.2.2") == 10);
    // Forgotten by itself when it makes no difference any more.
    const auto left = redis.command({"PTTL", "kidevent:1:limit:a:1192.0.2.1"});
    BOOST_TEST(std::stoi(left) > 50'000);
    BOOST_TEST(std::stoi(left) <= 60'001);
}

BOOST_AUTO_TEST_CASE(workers_count_one_organisation_together_and_each_for_itself_without_redis) {
    one.put(admin, "/api/v1/plans/slow", {{"requests_per_second", 1}, {"requests_burst", 6}});
    one.put(admin, "/api/v1/tenants/alpha",
            {{"name", "Alpha"}, {"owner_email", "owner@alpha.example"}, {"plan", "slow"}});
    one.run_for(std::chrono::milliseconds{200});
    two.run_for(std::chrono::milliseconds{200});
    BOOST_REQUIRE((comes_up(one) && comes_up(two)));
    // Everybody has an address of their own.
    int next = 0;
    struct outcome {
        int let_through = 0;
        int seconds = 0; // that it took, rounded up: as many more were allowed
        answer last;
    };
    const auto by_turns = [this, &next] {
        outcome seen;
        const auto began = std::chrono::steady_clock::now();
        for (int i = 0; i < 20; ++i, ++next) {
            seen.last = sign_out(i % 2 == 0 ? one : two, "198.51.100." + std::to_string(next));
            seen.let_through += seen.last.status == 429 ? 0 : 1;
        }
        const auto took = std::chrono::steady_clock::now() - began;
        seen.seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(took).count());
        return seen;
    };
    const auto together = by_turns();
    BOOST_TEST(together.let_through >= 6);
    BOOST_TEST(together.let_through <= 6 + together.seconds);
    BOOST_TEST(together.last.header_value("RateLimit-Policy") == "\"address\";q=10;w=60, \"tenant\";q=6;w=6");
    BOOST_TEST(together.last.text.find(R"("violated-policies":["tenant"])") != std::string::npos);
    const auto keys = redis.command({"KEYS", "kidevent:1:limit:t:*:6/6000000"});
    BOOST_REQUIRE_MESSAGE(keys.find("limit:t:") != std::string::npos, keys);
    // Of another type: Redis refuses the script, and each worker counts.
    redis.command({"DEL", keys});
    redis.command({"LPUSH", keys, "x"});
    const auto refused = by_turns();
    BOOST_TEST(refused.let_through >= 12);
    BOOST_TEST(refused.let_through <= 12 + 2 * refused.seconds);
    redis.stop();
    BOOST_REQUIRE((goes_down(one) && goes_down(two)));
    // What they counted goes on.
    const auto apart = by_turns();
    BOOST_TEST(apart.let_through <= 2 * (apart.seconds + 4));
    BOOST_TEST(apart.last.status == 429);
}

BOOST_AUTO_TEST_CASE(without_redis_each_worker_counts_for_itself) {
    BOOST_REQUIRE((comes_up(one) && comes_up(two)));
    redis.stop();
    BOOST_REQUIRE((goes_down(one) && goes_down(two)));
    BOOST_TEST(let_through("192.0.2.3") == 20);
    BOOST_TEST(sign_out(one, "192.0.2.3").status == 429);
    redis.start();
    BOOST_REQUIRE((comes_up(one) && comes_up(two)));
    BOOST_TEST(let_through("192.0.2.4") == 10);
}

BOOST_AUTO_TEST_CASE(a_redis_that_holds_still_costs_its_timeout_and_nothing_else) {
    BOOST_REQUIRE((comes_up(one) && comes_up(two)));
    redis.freeze();
    BOOST_TEST(sign_out(one, "192.0.2.5").status == 401);
    redis.thaw();
}

BOOST_AUTO_TEST_CASE(what_is_no_instant_is_counted_from_now_on) {
    BOOST_REQUIRE((comes_up(one) && comes_up(two)));
    redis.command({"SET", "kidevent:1:limit:a:1192.0.2.6", "nonsense"});
    BOOST_TEST(let_through("192.0.2.6") == 10);
    redis.command({"SET", "kidevent:1:limit:a:1192.0.2.7", "9999999999999999"});
    BOOST_TEST(sign_out(one, "192.0.2.7").status == 429);
    BOOST_TEST(sign_out(one, "192.0.2.7").header_value("RateLimit") == "\"address\";r=0;t=6");
    // Of another type: Redis refuses the script, and the worker counts.
    redis.command({"LPUSH", "kidevent:1:limit:a:1192.0.2.8", "x"});
    BOOST_TEST(sign_out(one, "192.0.2.8").status == 401);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
