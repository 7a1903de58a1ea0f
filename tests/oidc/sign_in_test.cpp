// Whole sign-ins with npm oidc-provider: the browser goes there, says who it is, and comes back.

#include "oidc/sign_in_fixture.hpp"

using namespace kidevent;
using namespace kidevent::tests;

namespace json = boost::json;

namespace {

const json::object people{
    {"ada", json::object{{"email", "Ada@Home.example"},
                         {"email_verified", true},
                         {"given_name", "Ada"},
                         {"family_name", "Berg"}}},
    {"bo", json::object{{"email", "bo@home.example"}, {"email_verified", false}}},
    {"nameless", json::object{}},
};

struct with_provider : signing_in {
    identity_provider& provider = shared_identity_provider("provider.mjs", {{"people", people}});

    // Both sides know each other; the id of our side's row.
    std::string introduce(const organisation& at, json::object ours = {}, json::object theirs = {}) {
        const std::string id = connect(at, provider.issuer(), std::move(ours));
        provider.tell("/test/clients", json::array{client_of(at, id, std::move(theirs))});
        return id;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(oidc_sign_in)

BOOST_FIXTURE_TEST_CASE(somebody_new_gets_an_account_with_a_household, with_provider) {
    const auto id = introduce(alpha);
    const auto listed = api.get(anonymous_at("alpha"), "/api/v1/sign-in-providers");
    BOOST_TEST(listed.text == R"({"data":[{"id":")" + id + R"(","name":"The provider"}]})");
    const auto out = depart(alpha, id, "/events?age=9");
    BOOST_TEST(
        out.url.starts_with(provider.issuer() + "/auth?response_type=code&client_id=kidevent&redirect_uri="));
    BOOST_TEST(query_value(out.url, "redirect_uri") == "https://alpha.kidevent.test" + callback_of(id));
    BOOST_TEST(query_value(out.url, "code_challenge_method") == "S256");
    BOOST_TEST(query_value(out.url, "code_challenge").size() == 43U);

    provider_browser elsewhere;
    const auto back = elsewhere.visit(out.url, "as=ada");
    const auto done = arrive(alpha, target_of(back), out.browser);
    BOOST_REQUIRE_MESSAGE(done.status == 302, done.text + provider.errors());
    BOOST_TEST(done.header_value("Location") == "/events?age=9");
    BOOST_TEST(done.header_value("Cache-Control") == "no-store");
    BOOST_TEST(cookie_in(done, "__Host-kidevent-provider") == "");
    const auto ada = signed_in(alpha, done);
    BOOST_TEST(ada.email == "ada@home.example");
    BOOST_TEST(!ada.household.empty());
    const auto me = api.get(ada, "/api/v1/accounts/me");
    BOOST_TEST(me.member("role") == "guardian");
    BOOST_TEST(me.member("given_name") == "Ada");
    BOOST_TEST(!add_child(ada, born_years_ago(8)).empty());
    // Nothing that would let somebody else finish it is left.
    BOOST_TEST(superuser.value("select count(*) from provider_sign_ins") == "0");
}

BOOST_FIXTURE_TEST_CASE(signing_in_again_is_the_same_account, with_provider) {
    const auto id = introduce(alpha);
    const auto first = signed_in(alpha, sign_in_at(alpha, id, "as=ada"));
    const auto second = signed_in(alpha, sign_in_at(alpha, id, "as=ada"));
    BOOST_TEST(first.id == second.id);
    BOOST_TEST(first.token != second.token);
    BOOST_TEST(signed_in(alpha, sign_in_at(alpha, id, "as=bo")).id != first.id);
    BOOST_TEST(superuser.value("select count(*) from external_identities where account_id = $1", {first.id})
               == "1");
}

BOOST_FIXTURE_TEST_CASE(tokens_signed_by_es256_do_as_well, signing_in) {
    identity_provider provider{"provider.mjs", {{"people", people}, {"algorithm", "ES256"}}};
    const auto id = connect(alpha, provider.issuer());
    provider.tell("/test/clients", json::array{client_of(alpha, id)});
    BOOST_TEST(signed_in(alpha, sign_in_at(alpha, id, "as=ada")).email == "ada@home.example");
}

BOOST_FIXTURE_TEST_CASE(each_way_in_which_the_client_can_authenticate_works, with_provider) {
    for (const std::string way : {"client_secret_basic", "client_secret_post"}) {
        BOOST_TEST_CONTEXT(way) {
            superuser.execute("delete from identity_providers");
            const auto id =
                introduce(alpha, {{"client_authentication", way}}, {{"token_endpoint_auth_method", way}});
            BOOST_TEST(signed_in(alpha, sign_in_at(alpha, id, "as=ada")).email == "ada@home.example");
        }
    }
    superuser.execute("delete from identity_providers");
    const auto id =
        introduce(alpha, {{"client_authentication", "none"}}, {{"token_endpoint_auth_method", "none"}});
    BOOST_TEST(api.get(alpha.owner, "/api/v1/identity-providers/" + id).body.at("has_client_secret").as_bool()
               == false);
    BOOST_TEST(signed_in(alpha, sign_in_at(alpha, id, "as=ada")).email == "ada@home.example");
}

BOOST_FIXTURE_TEST_CASE(a_secret_of_blanks_and_signs_is_spelled_as_the_standard_says, with_provider) {
    client_secret = "a b:c%d+e/f&g=h?" + std::string(20, 'x');
    const auto id = introduce(alpha);
    BOOST_TEST(signed_in(alpha, sign_in_at(alpha, id, "as=ada")).email == "ada@home.example");
}

BOOST_FIXTURE_TEST_CASE(an_address_that_only_the_userinfo_endpoint_tells_is_found, signing_in) {
    identity_provider provider{"provider.mjs", {{"people", people}, {"claims_in_id_token", false}}};
    const auto id = connect(alpha, provider.issuer());
    provider.tell("/test/clients", json::array{client_of(alpha, id)});
    BOOST_TEST(signed_in(alpha, sign_in_at(alpha, id, "as=ada")).email == "ada@home.example");
}

BOOST_FIXTURE_TEST_CASE(keys_that_the_provider_has_changed_are_fetched_anew_but_not_all_the_time,
                        with_provider) {
    const auto id = introduce(alpha);
    const auto first = signed_in(alpha, sign_in_at(alpha, id, "as=ada"));
    provider.tell("/test/rotate", json::object{});
    // What this worker remembers was fetched a moment ago: it does not ask again so soon.
    const auto refused = sign_in_at(alpha, id, "as=ada");
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.faults() == "id_token unknown_key");

    with.oidc.keys_refresh_pause = std::chrono::milliseconds{1};
    api_client impatient{with};
    worker = &impatient;
    BOOST_TEST(signed_in(alpha, sign_in_at(alpha, id, "as=ada")).id == first.id);
    for (int i = 0; i < 2; ++i) {
        provider.tell("/test/rotate", json::object{});
        BOOST_TEST(signed_in(alpha, sign_in_at(alpha, id, "as=ada")).id == first.id);
    }
}

BOOST_FIXTURE_TEST_CASE(one_person_at_two_organisations_is_two_accounts, with_provider) {
    const auto at_alpha = connect(alpha, provider.issuer());
    const auto at_beta = connect(beta, provider.issuer(), {{"client_id", "kidevent-beta"}});
    provider.tell("/test/clients", json::array{client_of(alpha, at_alpha),
                                               client_of(beta, at_beta, {{"client_id", "kidevent-beta"}})});
    const auto here = signed_in(alpha, sign_in_at(alpha, at_alpha, "as=ada"));
    const auto there = signed_in(beta, sign_in_at(beta, at_beta, "as=ada"));
    BOOST_TEST(here.id != there.id);
    BOOST_TEST(api.get(sent_to(here, "beta"), "/api/v1/accounts/me").status == 401);
    BOOST_TEST(begin(beta, at_alpha).status == 404);
}

BOOST_FIXTURE_TEST_CASE(whoever_changes_their_mind_is_signed_in_to_nothing, with_provider) {
    const auto id = introduce(alpha);
    const auto cancelled = sign_in_at(alpha, id, "cancel");
    BOOST_TEST(cancelled.status == 403);
    BOOST_TEST(cancelled.code() == "identity_provider_cancelled");
    BOOST_TEST(cookie_in(cancelled, "__Host-kidevent") == "");
    BOOST_TEST(superuser.value("select count(*) from external_identities") == "0");
}

BOOST_FIXTURE_TEST_CASE(the_provider_demands_the_verifier_that_the_browser_set_out_with, with_provider) {
    const auto id = introduce(alpha);
    auto out = depart(alpha, id);
    // A code that was made for somebody else's challenge.
    const auto challenge = query_value(out.url, "code_challenge");
    out.url.replace(out.url.find(challenge), challenge.size(), std::string(43, 'A'));
    provider_browser elsewhere;
    const auto refused = arrive(alpha, target_of(elsewhere.visit(out.url, "as=ada")), out.browser);
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.faults() == "code invalid_grant");
}

BOOST_FIXTURE_TEST_CASE(a_client_that_the_provider_does_not_know_is_told_apart, with_provider) {
    const auto id = introduce(alpha, {{"client_secret", "another secret of some length, quite long"}});
    const auto refused = sign_in_at(alpha, id, "as=ada");
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.faults() == "client invalid_client");
}

BOOST_FIXTURE_TEST_CASE(without_an_address_there_is_no_account, with_provider) {
    const auto id = introduce(alpha);
    const auto refused = sign_in_at(alpha, id, "as=nameless");
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.faults() == "email required");
}

BOOST_FIXTURE_TEST_CASE(an_account_of_an_unverified_address_says_so, with_provider) {
    const auto id = introduce(alpha);
    const auto bo = signed_in(alpha, sign_in_at(alpha, id, "as=bo"));
    const auto ada = signed_in(alpha, sign_in_at(alpha, id, "as=ada"));
    const std::string verified = "select email_verified_at is not null from accounts where id = $1";
    BOOST_TEST(superuser.value(verified, {bo.id}) == "f");
    BOOST_TEST(superuser.value(verified, {ada.id}) == "t");
    BOOST_TEST(api.get(bo, "/api/v1/accounts/me").member("given_name") == "bo");
}

BOOST_FIXTURE_TEST_CASE(the_audit_log_and_the_outbox_hear_of_it, with_provider) {
    const auto id = introduce(alpha);
    const auto ada = signed_in(alpha, sign_in_at(alpha, id, "as=ada"));
    const std::string entries =
        "select string_agg(action, ' ' order by action) from platform.audit_entries where subject = $1";
    BOOST_TEST(superuser.value(entries, {"accounts/" + ada.id})
               == "account.created identity.linked login.created");
    BOOST_TEST(superuser.value(entries, {"identity_providers/" + id}) == "identity_provider.created");
    BOOST_TEST(superuser.value("select count(*) from platform.outbox where type like '%account.created%' and "
                               "data ->> 'account_id' = $1",
                               {ada.id})
               == "1");
}

BOOST_AUTO_TEST_SUITE_END()
