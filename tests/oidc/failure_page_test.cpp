// What a person's browser shows when the way to a provider or back from it fails: a page, in the
// organisation's name and language. Programs get the problem, of the same status.

#include "oidc/sign_in_fixture.hpp"
#include "services.hpp"

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

namespace json = boost::json;

namespace {

const std::string missing_id = "01890000-0000-7000-8000-000000000000";
const header as_browser{"Accept",
                        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"};

struct failing : signing_in {
    failing() {
        superuser.execute("update tenancy.tenants set locale = 'de-AT', name = 'Bär & <b>Söhne</b> \"GmbH\"'"
                          " where slug = 'alpha'");
        api.served().parts().tenants.forget("");
        worker = &api;
    }

    identity_provider& rogue = shared_identity_provider("rogue_provider.mjs");
    const std::string id = connect(alpha, rogue.issuer());

    answer arrive_with(const std::string& query, const header& accept = as_browser) {
        return arrive(alpha, callback_of(id) + query, "", {}, {accept});
    }
    static bool has(const answer& got, const std::string& text) {
        return got.text.find(text) != std::string::npos;
    }
    // A page of ours that says this, and nothing of what was sent.
    static void check_page(const answer& got, int status, const std::string& says) {
        BOOST_TEST(got.status == status);
        BOOST_TEST(got.header_value("Content-Type") == "text/html; charset=utf-8");
        BOOST_TEST(got.header_value("Vary") == "Accept");
        BOOST_TEST(got.header_value("Cache-Control") == "no-store");
        const auto policy = got.header_value("Content-Security-Policy");
        BOOST_TEST(policy.find("default-src 'none'") != std::string::npos);
        BOOST_TEST(policy.find("form-action 'self'") != std::string::npos); // as of other pages
        BOOST_TEST(has(got, "<html lang=\"de\">"));
        BOOST_TEST(has(got, "<title>Bär &amp; &lt;b&gt;Söhne&lt;/b&gt; &quot;GmbH&quot;</title>"));
        BOOST_TEST(has(got, says), got.text);
        BOOST_TEST(has(got, "<p><a href=\"/\">Weiter</a></p>"));
        for (const char* never : {"<b>", "<script", "style", "CANARY", "access_denied"})
            BOOST_TEST(!has(got, never), never);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(oidc_failure_page, failing)

BOOST_AUTO_TEST_CASE(a_browser_shows_what_to_do_next) {
    const auto out = depart(alpha, id);
    const auto cancelled = arrive(
        alpha, callback_of(id) + "?error=access_denied&state=" + out.state() + "&iss=" + rogue.issuer(),
        out.browser, {}, {as_browser});
    check_page(cancelled, 403, "Sie haben die Anmeldung abgebrochen");
    check_page(arrive_with("?state=x&code=y"), 400, "Bitte beginnen Sie noch einmal.");
    check_page(arrive(alpha, callback_of("none"), "", {}, {as_browser}), 404, "Die Anmeldung hat nicht");
    check_page(arrive_with("?state=%zz"), 400, "Die Anmeldung hat nicht");
    check_page(begin(alpha, missing_id, "", {as_browser}), 404, "Die Anmeldung hat nicht");
}

BOOST_AUTO_TEST_CASE(accounts_that_the_way_does_not_lead_to_are_told_apart) {
    const auto come_back = [&] {
        const auto out = depart(alpha, id);
        return arrive(alpha,
                      callback_of(id) + "?code=honest." + out.nonce() + "&state=" + out.state()
                          + "&iss=" + rogue.issuer(),
                      out.browser, {}, {as_browser});
    };
    const auto mallory = signed_in(alpha, come_back());
    superuser.rows("insert into second_factors (tenant_id, account_id, sealed_secret, confirmed_at)"
                   " values ($1, $2, 'sealed', now())",
                   {alpha.id, mallory.id});
    check_page(come_back(), 401, "Ihr Konto verlangt einen Code.");
    superuser.execute("delete from external_identities");
    check_page(come_back(), 409, "verbinden Sie das Konto danach mit dem Anbieter");
    superuser.rows("update accounts set email = 'moved@alpha.example' where id = $1", {mallory.id});
    superuser.execute("update identity_providers set sign_up_allowed = false");
    check_page(come_back(), 403, "Bitte lassen Sie sich einladen.");
}

BOOST_AUTO_TEST_CASE(a_program_gets_the_problem_of_the_same_status) {
    for (const char* const accept : {"*/*", "application/json", "application/problem+json, */*;q=0.1",
                                     "text/html;q=0.5, application/json", "application/json, text/html"}) {
        const auto got = arrive_with("?state=x&code=y", {"Accept", accept});
        BOOST_TEST(got.status == 400, accept);
        BOOST_TEST(got.header_value("Content-Type") == "application/problem+json", accept);
        BOOST_TEST(got.code() == "sign_in_attempt_unknown", accept);
    }
    // Other routes have no page, whoever asks.
    const auto elsewhere = api.get(anonymous_at("alpha"), "/api/v1/identity-providers/" + id, {as_browser});
    BOOST_TEST(elsewhere.status == 401);
    BOOST_TEST(elsewhere.code() == "sign_in_required");
}

BOOST_AUTO_TEST_CASE(nothing_of_the_query_is_on_the_page) {
    const auto out = depart(alpha, id);
    for (const std::string& query :
         {"?error=CANARY%3Cscript%3E&error_description=CANARY%3Cscript%3Ealert(1)%3C/script%3E&state="
              + out.state() + "&iss=" + rogue.issuer(),
          std::string{"?state=CANARY%22%3E%3Cscript%3E&code=CANARY%3Cscript%3E"},
          std::string{"?error_description=CANARY&error_uri=javascript:CANARY"}}) {
        const auto got = arrive(alpha, callback_of(id) + query, out.browser, {}, {as_browser});
        BOOST_TEST(got.status >= 400);
        BOOST_TEST(got.header_value("Content-Type") == "text/html; charset=utf-8");
        for (const char* never : {"CANARY", "<script", "javascript"})
            BOOST_TEST(!has(got, never), never);
    }
}

BOOST_AUTO_TEST_CASE(whoever_is_turned_away_at_the_door_sees_a_page_too) {
    with.rate_limit.reads_per_minute_per_address = 2;
    api_client strict{with};
    worker = &strict;
    answer got;
    for (int i = 0; i < 10 && got.status != 429; ++i)
        got = arrive_with("?state=x&code=y");
    check_page(got, 429, "Das war zu viel auf einmal.");
    BOOST_TEST(!got.header_value("Retry-After").empty());
    BOOST_TEST(arrive_with("?state=x&code=y", {"Accept", "*/*"}).code() == "too_many_requests");
    // A host that nobody has is nobody's: the installation's name, and English.
    const auto unknown = api.get(anonymous_at("nobody"), callback_of(id), {as_browser});
    BOOST_TEST(unknown.status == 421);
    BOOST_TEST(has(unknown, "<html lang=\"en\">"));
    BOOST_TEST(has(unknown, "<title>KidEvent</title>"));
}

BOOST_AUTO_TEST_CASE(a_provider_that_does_not_answer_is_no_fault_of_the_person) {
    with.oidc.timeout = 300ms;
    api_client impatient{with};
    worker = &impatient;
    const auto nowhere = connect(alpha, "http://127.0.0.1:1");
    const auto got = begin(alpha, nowhere, "", {as_browser});
    check_page(got, 503, "in ein paar Minuten noch einmal");
    BOOST_TEST(!got.header_value("Retry-After").empty());
}

BOOST_AUTO_TEST_SUITE_END()
