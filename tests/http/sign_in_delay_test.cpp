// Delays after failed sign-ins, which hold over workers and restarts, for accounts that exist and for others.

#include <boost/test/unit_test.hpp>

#include "http/account_fixture.hpp"

#include <algorithm>
#include <chrono>

using namespace kidevent;
using namespace kidevent::tests;
using identity::link_purpose;

namespace {

struct delays : account_fixture {
    delays() {
        with.identity.failures_before_delay = 3;
        with.identity.sign_in_delay_max = std::chrono::seconds{600};
        restart();
    }
    answer fail(const std::string& email = first, const std::string& slug = "alpha") {
        return try_sign_in(email, "wrong horse battery", slug);
    }
    int wait_after_failure() {
        pass();
        BOOST_TEST(fail().status == 401);
        const auto refused = fail();
        BOOST_TEST(refused.status == 429);
        return std::stoi(refused.header_value("Retry-After"));
    }
    // The wait is over.
    void pass() { superuser.execute("update account_tries set blocked_until = now()"); }

    static inline const std::string first = "first@alpha.example";
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_sign_in_delay, delays)

BOOST_AUTO_TEST_CASE(the_pause_after_failures_grows_and_never_lasts_for_ever) {
    for (int i = 0; i < 2; ++i)
        BOOST_TEST(fail().status == 401);
    std::vector<int> waits;
    for (int i = 0; i < 13; ++i)
        waits.push_back(wait_after_failure());
    BOOST_TEST(waits == (std::vector<int>{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600}),
               boost::test_tools::per_element());
    // While it lasts the right password is refused as well: nobody learns that it was right.
    const auto refused = try_sign_in(first, password_of_all);
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(refused.comparable() == fail().comparable());
    pass();
    BOOST_TEST(try_sign_in(first, password_of_all).status == 201);
    BOOST_TEST(superuser.value("select count(*) from account_tries") == "0");
    BOOST_TEST(fail().status == 401);
    BOOST_TEST(fail().status == 401);
}

BOOST_AUTO_TEST_CASE(the_pause_holds_at_other_workers_and_after_a_restart) {
    for (int i = 0; i < 5; ++i) {
        pass();
        fail();
    }
    const auto at_other = other->post(anonymous_at("alpha"), "/api/v1/logins",
                                      {{"email", "FIRST@alpha.example"}, {"password", password_of_all}});
    BOOST_TEST(at_other.status == 429);
    restart();
    BOOST_TEST(fail().status == 429);
    // Another account, and the same address elsewhere, are not concerned.
    BOOST_TEST(try_sign_in("second@alpha.example", password_of_all).status == 201);
    BOOST_TEST(try_sign_in("first@beta.example", password_of_all, "beta").status == 201);
    // Who is signed in goes on.
    BOOST_TEST(is_in(alpha.first.guardian));
}

BOOST_AUTO_TEST_CASE(a_try_that_comes_too_early_makes_the_pause_no_longer) {
    for (int i = 0; i < 5; ++i) {
        pass();
        fail();
    }
    const auto until = superuser.value("select blocked_until from account_tries");
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(fail().status == 429);
    BOOST_TEST(superuser.value("select blocked_until from account_tries") == until);
    BOOST_TEST(superuser.value("select tries from account_tries") == "5");
    superuser.execute("update account_tries set last_at = now() - interval '25 hours'");
    BOOST_TEST(fail().status == 401); // forgotten by then
    BOOST_TEST(superuser.value("select tries from account_tries") == "1");
}

BOOST_AUTO_TEST_CASE(a_password_that_was_reset_ends_the_pause) {
    for (int i = 0; i < 6; ++i) {
        pass();
        fail();
    }
    BOOST_TEST(try_sign_in(first, password_of_all).status == 429);
    BOOST_TEST(follow(ask_reset(first), "&password=" + form_text(other_password)).status == 200);
    BOOST_TEST(try_sign_in(first, other_password).status == 201);
}

BOOST_AUTO_TEST_CASE(the_present_password_cannot_be_guessed_by_who_has_a_browser_of_somebody) {
    const json::value guess{{"current_password", "wrong horse battery"}, {"password", other_password}};
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(one->put(alpha.first.guardian, me + "/password", guess).status == 422);
    BOOST_TEST(one->put(alpha.first.guardian, me + "/password", guess).status == 429);
}

BOOST_AUTO_TEST_CASE(the_right_password_is_no_failure_however_often_it_is_given) {
    const std::string factor = me + "/second-factor";
    std::string secret;
    for (int i = 0; i < 6; ++i) {
        const auto begun = one->post(alpha.first.guardian, factor, {{"password", password_of_all}});
        BOOST_REQUIRE(begun.status == 201);
        secret = begun.member("secret");
    }
    for (int i = 0; i < 6; ++i)
        BOOST_TEST(try_sign_in(first, password_of_all).status == 201);
    BOOST_TEST(superuser.value("select count(*) from account_tries") == "0");
    // Nor is it while the code is asked for; a wrong code is.
    const auto done =
        one->put(alpha.first.guardian, factor + "/confirmation", {{"code", code_of(secret, -1)}});
    BOOST_REQUIRE(done.status == 200);
    for (int i = 0; i < 6; ++i)
        BOOST_TEST(try_sign_in(first, password_of_all).code() == "second_factor_required");
    const json::value wrong{{"email", first}, {"password", password_of_all}, {"code", "none"}};
    BOOST_TEST(one->post(anonymous_at("alpha"), "/api/v1/logins", wrong).code() == "sign_in_failed");
    BOOST_TEST(superuser.value("select tries from account_tries where deed = 'sign_in'") == "1");
}

BOOST_AUTO_TEST_CASE(the_right_password_ends_what_others_guessed_wrong) {
    const json::value right{{"current_password", password_of_all}, {"email", "other@alpha.example"}};
    fail();
    fail();
    BOOST_TEST(one->post(alpha.first.guardian, me + "/email-change", right).status == 202);
    BOOST_TEST(superuser.value("select count(*) from account_tries where deed = 'sign_in'") == "0");
}

BOOST_AUTO_TEST_CASE(guesses_at_one_time_count_each_other) {
    for (int i = 0; i < 7; ++i) {
        pass();
        fail();
    }
    pass(); // the next one makes all that come after it wait for half a minute
    auto& parts = one->served().parts();
    const auto at = parts.block_on(parts.tenants.resolve_slug("alpha")).value();
    std::vector<errc> answers;
    for (int i = 0; i < 8; ++i)
        detach([](identity::login_service& logins, const tenancy::tenant& where,
                  std::vector<errc>& into) -> task<> {
            auto trying = logins.check_password(where, first, "wrong horse battery");
            const auto tried = co_await trying;
            into.push_back(tried ? errc::malformed_request : tried.error().code);
        }(parts.logins, *at, answers));
    for (int i = 0; i < 500 && answers.size() < 8; ++i)
        one->run_for(std::chrono::milliseconds{20});
    BOOST_REQUIRE(answers.size() == 8u);
    BOOST_TEST(std::count(answers.begin(), answers.end(), errc::sign_in_failed) == 1);
    BOOST_TEST(std::count(answers.begin(), answers.end(), errc::too_many_requests) == 7);
}

BOOST_AUTO_TEST_CASE(accounts_that_do_not_exist_are_treated_as_those_that_do) {
    std::string known;
    std::string unknown;
    for (int i = 0; i < 5; ++i) {
        known += fail().comparable();
        unknown += fail("nobody@alpha.example").comparable();
    }
    BOOST_TEST(known == unknown);
    pass();
    auto before = one->round_trips();
    fail();
    const auto trips = one->round_trips() - before;
    before = one->round_trips();
    fail("nobody@alpha.example");
    BOOST_TEST(one->round_trips() - before == trips);
    // Nobody reads from the table who was tried.
    BOOST_TEST(superuser.value("select string_agg(t::text, ' ') from account_tries t").find('@')
               == std::string::npos);
    BOOST_TEST(audited("login.failed") > 5);
}

BOOST_AUTO_TEST_CASE(what_was_tried_is_cleaned_away) {
    fail();
    fail("nobody@alpha.example");
    superuser.execute(
        "update account_tries set last_at = now() - interval '25 hours' where tries = 1 and subject = "
        "(select min(subject::text)::bytea from account_tries)");
    ask_reset(first);
    superuser.execute("update account_links set expires_at = now() - interval '31 days'");
    superuser.execute("select platform.fire_schedule('t', now(), 'cleanup_expired_logins', true, 5, 8)");
    run_jobs();
    BOOST_TEST(superuser.value("select count(*) from account_tries where deed = 'sign_in'") == "1");
    BOOST_TEST(superuser.value("select count(*) from account_links") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
