// How often one address and one account may ask, and what it is told of that.

#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace {

settings limited(settings with) {
    with.rate_limit.reads_per_minute_per_address = 30;
    with.rate_limit.writes_per_minute_per_address = 20;
    with.rate_limit.credentials_per_minute_per_address = 5;
    with.rate_limit.requests_per_minute_per_account = 8;
    return with;
}

struct limits : two_organisations {
    api_client strict{limited(with)};

    answer ask(const std::string& address, request wanted) {
        wanted.remote_address = address;
        return strict.send(wanted);
    }
    answer read(const std::string& address, const std::string& target = "/api/v1/organisation") {
        return ask(address, make_request("GET", anonymous_at("alpha"), target));
    }
    answer sign_in(const std::string& address) {
        return ask(address, make_request("POST", anonymous_at("alpha"), "/api/v1/logins",
                                         R"({"email": "nobody@alpha.example", "password": "wrong"})"));
    }
    // What was refused by this limit, as the metrics say.
    double refused_by(const std::string& policy) {
        const std::string text = strict.served().metrics_text();
        const std::string series = "\nkidevent_rate_limited_total{policy=\"" + policy + "\"} ";
        const auto at = text.find(series);
        return at == text.npos ? -1 : std::stod(text.substr(at + series.size()));
    }
    void put_on_plan(const boost::json::value& plan) {
        strict.put(admin, "/api/v1/plans/slow", plan);
        strict.put(admin, "/api/v1/tenants/alpha",
                   {{"name", "Alpha"}, {"owner_email", "owner@alpha.example"}, {"plan", "slow"}});
        strict.run_for(std::chrono::milliseconds{200});
    }
    // How many of these are let through before the first 429.
    template<class Ask> int let_through(int tries, Ask ask_once) {
        for (int i = 0; i < tries; ++i)
            if (ask_once(i).status == 429) return i;
        return tries;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_rate_limits, limits)

BOOST_AUTO_TEST_CASE(an_address_may_read_so_often_and_is_told_so) {
    const auto first = read("192.0.2.1");
    BOOST_TEST(first.status == 200);
    BOOST_TEST(first.header_value("RateLimit-Policy") == "\"address\";q=30;w=60");
    BOOST_TEST(first.header_value("RateLimit") == "\"address\";r=29;t=2");
    BOOST_TEST(let_through(40, [this](int) { return read("192.0.2.1"); }) >= 29);
    const auto refused = read("192.0.2.1");
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(refused.code() == "too_many_requests");
    BOOST_TEST(refused.text.find(R"("violated-policies":["address"])") != std::string::npos);
    BOOST_TEST(std::stoi(refused.header_value("Retry-After")) >= 1);
    BOOST_TEST(std::stoi(refused.header_value("Retry-After")) <= 2);
    BOOST_TEST(refused.header_value("RateLimit").starts_with("\"address\";r=0;t="));
    // Others read on, at every organisation of theirs; this one may not read at another one either.
    BOOST_TEST(read("192.0.2.2").status == 200);
    BOOST_TEST(ask("192.0.2.1", make_request("GET", anonymous_at("beta"), "/api/v1/organisation")).status
               == 429);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_counts_as_well) {
    BOOST_TEST(let_through(60, [this](int) { return read("192.0.2.3", "/api/v1/nothing"); }) <= 32);
    BOOST_TEST(read("192.0.2.3").status == 429);
    // Health is asked for by machines of our own.
    BOOST_TEST(ask("192.0.2.3", make_request("GET", anonymous_at("alpha"), "/livez")).status == 200);
}

BOOST_AUTO_TEST_CASE(the_network_of_an_ipv6_address_is_one_address) {
    const auto next = [this](int i) { return read("2001:db8:0:1::" + std::to_string(i + 1)); };
    BOOST_TEST(let_through(60, next) <= 32);
    BOOST_TEST(read("2001:db8:0:2::1").status == 200);
}

BOOST_AUTO_TEST_CASE(reading_changing_and_signing_in_are_counted_apart) {
    const int tried = let_through(20, [this](int) { return sign_in("192.0.2.4"); });
    BOOST_TEST(tried >= 5);
    BOOST_TEST(tried <= 6);
    BOOST_TEST(sign_in("192.0.2.4").header_value("RateLimit-Policy") == "\"address\";q=5;w=60");
    BOOST_TEST(read("192.0.2.4").status == 200);
    const auto sign_out = [this](int) {
        return ask("192.0.2.4", make_request("DELETE", anonymous_at("alpha"), "/api/v1/logins/current"));
    };
    const int signed_out = let_through(40, sign_out);
    BOOST_TEST(signed_out >= 20);
    BOOST_TEST(signed_out <= 22);
}

BOOST_AUTO_TEST_CASE(an_account_is_counted_wherever_it_asks_from) {
    const auto from_anywhere = [this](int i) {
        return ask("198.51.100." + std::to_string(i + 1),
                   make_request("GET", alpha.first.guardian, "/api/v1/accounts/me"));
    };
    BOOST_TEST(let_through(20, from_anywhere) == 8);
    const auto refused = from_anywhere(30);
    BOOST_TEST(refused.header_value("RateLimit-Policy") == "\"address\";q=30;w=60, \"account\";q=8;w=60");
    BOOST_TEST(refused.text.find(R"("violated-policies":["account"])") != std::string::npos);
    BOOST_TEST(ask("198.51.100.1", make_request("GET", alpha.second.guardian, "/api/v1/accounts/me")).status
               == 200);
}

BOOST_AUTO_TEST_CASE(what_the_plan_allows_is_named_when_it_is_used_up) {
    put_on_plan({{"requests_per_second", 1}, {"requests_burst", 2}});
    answer got;
    for (int i = 0; i < 10 && got.status != 429; ++i)
        got = read("192.0.2." + std::to_string(100 + i));
    BOOST_TEST(got.status == 429);
    BOOST_TEST(got.text.find(R"("violated-policies":["tenant"])") != std::string::npos);
    BOOST_TEST(got.header_value("Retry-After") == "1");
    BOOST_TEST(got.header_value("RateLimit-Policy") == "\"address\";q=30;w=60, \"tenant\";q=2;w=2");
    BOOST_TEST(got.header_value("RateLimit").find("\"tenant\";r=0;t=1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_an_organisation_has_left_is_said_where_it_ends_before_the_askers_own) {
    put_on_plan({{"requests_per_second", 1}, {"requests_burst", 29}});
    // Of thirty and of twenty-nine, one each.
    BOOST_TEST(read("192.0.2.7").header_value("RateLimit-Policy")
               == "\"address\";q=30;w=60, \"tenant\";q=29;w=29");
    read("192.0.2.8");
    // Somebody who asked more often than all others has less left than the organisation.
    for (int i = 0; i < 5; ++i)
        read("192.0.2.8", "/api/v1/nothing");
    BOOST_TEST(read("192.0.2.8").header_value("RateLimit-Policy") == "\"address\";q=30;w=60");
}

BOOST_AUTO_TEST_CASE(refusals_are_counted_by_the_limit_that_was_reached) {
    BOOST_TEST(refused_by("address") == 0);
    let_through(40, [this](int) { return read("192.0.2.9"); });
    BOOST_TEST(refused_by("address") == 1);
    const auto from_anywhere = [this](int i) {
        return ask("198.51.100." + std::to_string(i + 60),
                   make_request("GET", alpha.first.guardian, "/api/v1/accounts/me"));
    };
    let_through(20, from_anywhere);
    BOOST_TEST(refused_by("account") == 1);
    put_on_plan({{"requests_per_second", 1}, {"requests_burst", 1}});
    let_through(20, [this](int i) { return read("192.0.2." + std::to_string(i + 120)); });
    BOOST_TEST(refused_by("tenant") == 1);
    BOOST_TEST(refused_by("address") == 1);
    BOOST_TEST(refused_by("account") == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
