// What a provider that lies, a stranger with a link, or a page of another site can bring about: nothing.

#include "oidc/sign_in_fixture.hpp"
#include "support/scripted_server.hpp"

#include <algorithm>

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

namespace json = boost::json;

namespace {

struct with_rogue : signing_in {
    with_rogue() { rogue.tell("/test/keys", {{"keys", "own"}}); }

    identity_provider& rogue = shared_identity_provider("rogue_provider.mjs");
    json::object asked_before = rogue.ask("/test/asked").as_object();

    // What the provider's redirect would have been. `iss` is left out when it is "-".
    std::string target(const std::string& id, const departure& out, const std::string& code,
                       const std::string& issuer = "") {
        std::string made = callback_of(id) + "?code=" + code + "&state=" + out.state();
        if (issuer != "-") made += "&iss=" + (issuer.empty() ? rogue.issuer() : issuer);
        return made;
    }
    // A sign-in in which the provider tells this lie.
    answer lie(const std::string& id, const std::string& what) {
        const departure out = depart(alpha, id);
        return arrive(alpha, target(id, out, what + "." + out.nonce()), out.browser);
    }
    std::int64_t times_asked(const std::string& path) {
        const auto count = [&path](const json::object& of) {
            const auto* const found = of.if_contains(path);
            return found ? found->as_int64() : 0;
        };
        return count(rogue.ask("/test/asked").as_object()) - count(asked_before);
    }
    std::string logins() { return superuser.value("select count(*) from logins"); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(oidc_attacks)

BOOST_FIXTURE_TEST_CASE(what_a_token_claims_wrongly_signs_nobody_in, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    for (const char* const good : {"honest", "elliptic"})
        BOOST_TEST(signed_in(alpha, lie(id, good)).email == "mallory@example.org");
    const auto before = logins();
    const std::pair<const char*, const char*> lies[] = {
        {"forged", "id_token signature"},
        {"tampered", "id_token signature"},
        {"unsigned", "id_token algorithm"},
        {"stripped", "id_token algorithm"},
        {"symmetric", "id_token algorithm"},
        {"other_algorithm", "id_token algorithm"},
        {"expired", "id_token expired"},
        {"old", "id_token issued_at"},
        {"early", "id_token issued_at"},
        {"other_audience", "id_token audience"},
        {"other_party", "id_token authorized_party"},
        {"other_issuer", "id_token issuer"},
        {"slash_issuer", "id_token issuer"},
        {"other_nonce", "id_token nonce"},
        {"no_nonce", "id_token nonce"},
        {"other_access_token", "id_token access_token_hash"},
        {"no_subject", "id_token subject"},
        {"unknown_key", "id_token unknown_key"},
        {"no_token", "id_token required"},
        {"no_jwt", "id_token malformed"},
        {"swapped", "person subject"},
        {"unheard_of", "code invalid_grant"},
    };
    for (const auto& [what, fault] : lies) {
        BOOST_TEST_CONTEXT(what) {
            const auto refused = lie(id, what);
            BOOST_TEST(refused.status == 403);
            BOOST_TEST(refused.code() == "identity_provider_refused");
            BOOST_TEST(refused.faults() == fault);
            BOOST_TEST(cookie_in(refused, "__Host-kidevent") == "");
        }
    }
    BOOST_TEST(logins() == before);
    BOOST_TEST(superuser.value("select count(*) from external_identities") == "1");
    BOOST_TEST(
        superuser.value("select count(*) from platform.audit_entries where action = 'login.failed' and"
                        " details ->> 'identity_provider_id' = $1 and details ->> 'fault' = 'id_token nonce'",
                        {id})
        == "2");
}

BOOST_FIXTURE_TEST_CASE(two_keys_of_one_name_are_none, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    rogue.tell("/test/keys", {{"keys", "twice"}});
    BOOST_TEST(lie(id, "honest").faults() == "id_token ambiguous_key");
}

BOOST_FIXTURE_TEST_CASE(tokens_with_unknown_keys_cannot_have_keys_fetched_all_the_time, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    BOOST_TEST(lie(id, "honest").status == 302);
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(lie(id, "unknown_key").faults() == "id_token unknown_key");
    BOOST_TEST(times_asked("/jwks") == 1);
    with.oidc.keys_refresh_pause = 1ms;
    api_client impatient{with};
    worker = &impatient;
    BOOST_TEST(lie(id, "honest").status == 302);
    BOOST_TEST(lie(id, "unknown_key").faults() == "id_token unknown_key");
    BOOST_TEST(times_asked("/jwks") == 3);
    BOOST_TEST(times_asked("/.well-known/openid-configuration") == 2); // once for each worker
}

BOOST_FIXTURE_TEST_CASE(the_provider_has_to_be_the_one_that_was_gone_to, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    for (const std::string& issuer : {std::string{"https://accounts.example.org"}, rogue.issuer() + "/",
                                      std::string{"%20"}, std::string{"-"}}) {
        const auto out = depart(alpha, id);
        const auto tokens_before = times_asked("/token");
        const auto refused = arrive(alpha, target(id, out, "honest." + out.nonce(), issuer), out.browser);
        BOOST_TEST(refused.status == 403);
        BOOST_TEST(refused.faults() == (issuer == "-" ? "iss required" : "iss issuer"));
        BOOST_TEST(times_asked("/token") == tokens_before); // the code was told to nobody
    }
}

BOOST_FIXTURE_TEST_CASE(a_way_back_is_gone_once, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    const auto out = depart(alpha, id);
    const auto back = target(id, out, "honest." + out.nonce());
    BOOST_TEST(arrive(alpha, back, out.browser).status == 302);
    const auto again = arrive(alpha, back, out.browser);
    BOOST_TEST(again.status == 400);
    BOOST_TEST(again.code() == "sign_in_attempt_unknown");
    // Also when it ended badly.
    const auto other = depart(alpha, id);
    BOOST_TEST(arrive(alpha, target(id, other, "forged." + other.nonce()), other.browser).status == 403);
    BOOST_TEST(arrive(alpha, target(id, other, "honest." + other.nonce()), other.browser).code()
               == "sign_in_attempt_unknown");
}

BOOST_FIXTURE_TEST_CASE(a_way_back_belongs_to_a_browser_an_organisation_and_a_provider, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    const auto at_beta = connect(beta, rogue.issuer());
    const auto out = depart(alpha, id);
    const auto victim = depart(alpha, id);
    const auto is_unknown = [](const answer& got) { return got.code() == "sign_in_attempt_unknown"; };
    const auto back = target(id, out, "honest." + out.nonce());
    // The attacker's own sign-in, brought to somebody else's browser, to one that set out nowhere, and so on.
    BOOST_TEST(is_unknown(arrive(alpha, back, victim.browser)));
    BOOST_TEST(is_unknown(arrive(alpha, back, "")));
    BOOST_TEST(is_unknown(arrive(alpha, back, std::string(43, 'A'))));
    BOOST_TEST(is_unknown(arrive(alpha, back, "short")));
    BOOST_TEST(is_unknown(arrive(beta, target(at_beta, out, "honest." + out.nonce()), out.browser)));
    // One of each other's is as good as none.
    BOOST_TEST(arrive(beta, back, out.browser).status == 404);
    BOOST_TEST(arrive(alpha, target(at_beta, out, "honest." + out.nonce()), out.browser).status == 404);
    BOOST_TEST(is_unknown(arrive(alpha, callback_of(id) + "?code=honest." + out.nonce(), out.browser)));
    BOOST_TEST(is_unknown(arrive(alpha, callback_of(id) + "?state=x&code=y", out.browser)));
    // Two cookies of the name: one of them was planted.
    BOOST_TEST(
        arrive(alpha, back, out.browser, {}, {{"Cookie", "__Host-kidevent-provider=" + victim.browser}})
            .status
        == 400);
    // All of that has cost the one whose it is nothing.
    BOOST_TEST(arrive(alpha, back, out.browser).status == 302);
}

BOOST_FIXTURE_TEST_CASE(a_way_back_has_an_end_and_ends_with_its_provider, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    auto out = depart(alpha, id);
    superuser.execute("update provider_sign_ins set expires_at = now() - interval '1 second'");
    BOOST_TEST(arrive(alpha, target(id, out, "honest." + out.nonce()), out.browser).code()
               == "sign_in_attempt_unknown");
    // Only hashes are stored.
    out = depart(alpha, id);
    BOOST_TEST(
        superuser.value("select count(*) from provider_sign_ins where state_hash = sha256($1::bytea) and"
                        " browser_hash = sha256($2::bytea) and expires_at <= now() + interval '10 minutes'",
                        {out.state(), out.browser})
        == "1");
    BOOST_TEST(api.patch(alpha.owner, "/api/v1/identity-providers/" + id, 1, {{"enabled", false}}).status
               == 200);
    BOOST_TEST(arrive(alpha, target(id, out, "honest." + out.nonce()), out.browser).status == 404);
    BOOST_TEST(begin(alpha, id).status == 404);
}

BOOST_FIXTURE_TEST_CASE(a_page_of_another_site_sends_nobody_to_a_provider, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    for (const std::vector<header>& from : {std::vector<header>{{"Sec-Fetch-Site", "cross-site"}},
                                            {{"Sec-Fetch-Site", "same-site"}},
                                            {{"Origin", "https://beta.kidevent.test"}},
                                            {{"Origin", "null"}}})
        BOOST_TEST(begin(alpha, id, "", from).code() == "cross_site_request");
    BOOST_TEST(begin(alpha, id, "", {{"Sec-Fetch-Site", "same-origin"}}).status == 302);
    BOOST_TEST(begin(alpha, id, "", {{"Sec-Fetch-Site", "none"}}).status == 302);
    // The way back comes from another site, as a page. Not as an image, a frame or a script's request.
    const auto out = depart(alpha, id);
    const auto back = target(id, out, "honest." + out.nonce());
    const auto come_as = [&](const std::string& mode, const std::string& what) {
        return arrive(alpha, back, out.browser, {},
                      {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", mode}, {"Sec-Fetch-Dest", what}});
    };
    for (const auto& [mode, what] : {std::pair{"no-cors", "image"}, std::pair{"navigate", "iframe"},
                                     std::pair{"cors", "empty"}, std::pair{"navigate", "embed"}})
        BOOST_TEST(come_as(mode, what).code() == "cross_site_request");
    BOOST_TEST(come_as("navigate", "document").status == 302);
}

BOOST_FIXTURE_TEST_CASE(nobody_is_sent_to_another_origin_afterwards, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    for (const std::string trick :
         {"//evil.example", "%2F%2Fevil.example", "/%5Cevil.example", "%5Cevil.example", "https:evil.example",
          "https%3A%2F%2Fevil.example", "evil.example", "/..//evil", "/.%2F%2Fevil", "%09//evil.example",
          "/%09/evil.example", "/%25%32%46evil", "javascript:alert(1)", "/a%23b", "%E3%80%82evil"}) {
        const auto refused = begin(alpha, id, trick);
        BOOST_TEST((refused.status == 422 || refused.status == 400), trick << ": " << refused.status);
        BOOST_TEST(refused.header_value("Location") == "");
    }
    const auto out = depart(alpha, id, "/a?b=//c");
    const auto done =
        arrive(alpha, target(id, out, "honest." + out.nonce()) + "&return_to=//evil.example", out.browser);
    BOOST_TEST(done.header_value("Location") == "/a?b=//c");
}

BOOST_FIXTURE_TEST_CASE(an_address_alone_opens_no_account, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    superuser.rows(
        "update accounts set email = 'guardian1@alpha.example', email_verified_at = now() where id = $1",
        {alpha.first.guardian.id});
    // Neither with the provider's word for it, when the owner has not said that it counts ..
    BOOST_TEST(lie(id, "other_known").code() == "account_not_linked");
    BOOST_TEST(
        api.patch(alpha.owner, "/api/v1/identity-providers/" + id, 1, {{"links_by_email", true}}).status
        == 200);
    // .. nor without it, when the owner has, nor while the address is not verified here.
    BOOST_TEST(lie(id, "unverified").code() == "account_not_linked");
    superuser.rows("update accounts set email_verified_at = null where id = $1", {alpha.first.guardian.id});
    BOOST_TEST(lie(id, "other_known").code() == "account_not_linked");
    superuser.rows("update accounts set email_verified_at = now() where id = $1", {alpha.first.guardian.id});
    BOOST_TEST(signed_in(alpha, lie(id, "other_known")).id == alpha.first.guardian.id);
    // From then on it is the subject that counts.
    superuser.rows("update accounts set email = 'moved@alpha.example' where id = $1",
                   {alpha.first.guardian.id});
    BOOST_TEST(signed_in(alpha, lie(id, "other_known")).id == alpha.first.guardian.id);
    superuser.rows("update accounts set disabled_at = now() where id = $1", {alpha.first.guardian.id});
    BOOST_TEST(lie(id, "other_known").faults() == "account disabled");
}

BOOST_FIXTURE_TEST_CASE(a_second_factor_is_not_gone_around, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    const auto mallory = signed_in(alpha, lie(id, "honest"));
    superuser.rows("insert into second_factors (tenant_id, account_id, sealed_secret, confirmed_at)"
                   " values ($1, $2, 'sealed', now())",
                   {alpha.id, mallory.id});
    const auto before = logins();
    BOOST_TEST(lie(id, "honest").code() == "second_factor_required");
    BOOST_TEST(logins() == before);
    // The provider says that it has asked for several itself.
    BOOST_TEST(signed_in(alpha, lie(id, "several_factors")).id == mallory.id);
}

BOOST_FIXTURE_TEST_CASE(a_provider_that_makes_no_accounts_makes_none, with_rogue) {
    const auto id = connect(alpha, rogue.issuer(), {{"sign_up_allowed", false}});
    BOOST_TEST(lie(id, "honest").code() == "sign_up_not_allowed");
    BOOST_TEST(superuser.value("select count(*) from accounts where email = 'mallory@example.org'") == "0");
}

BOOST_FIXTURE_TEST_CASE(what_a_provider_answers_is_bounded_in_time_and_size, signing_in) {
    with.oidc.timeout = 600ms;
    with.oidc.answer_bytes_max = 4096;
    api_client impatient{with};
    worker = &impatient;
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    const std::pair<const char*, std::string> answers[] = {
        {"nothing", ""},
        {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n"},
        {"no JSON", head + "Content-Length: 6\r\n\r\n<html>"},
        {"another issuer", head + "Content-Length: 32\r\n\r\n{\"issuer\":\"https://evil.example\"}"},
        {"too much", head + "Content-Length: 10000\r\n\r\n" + std::string(10000, ' ')},
        {"too many chunks", head + "Transfer-Encoding: chunked\r\n\r\n2000\r\n" + std::string(0x2000, ' ')},
        {"half", head + "Content-Length: 100\r\n\r\n{\"issuer\":"},
        {"an error", "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}"},
        {"a redirect", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"},
        {"endless headers", "HTTP/1.1 200 OK\r\nX: " + std::string(100000, 'x')},
    };
    for (const auto& [what, said] : answers) {
        BOOST_TEST_CONTEXT(what) {
            scripted_server server{{"", said}};
            const std::string issuer = "http://127.0.0.1:" + std::to_string(server.port());
            const auto id = connect(alpha, issuer);
            const auto began = std::chrono::steady_clock::now();
            const auto refused = begin(alpha, id);
            BOOST_TEST((std::chrono::steady_clock::now() - began < 1500ms));
            BOOST_TEST(refused.status == 503);
            BOOST_TEST(refused.code() == "identity_provider_unavailable");
            BOOST_TEST(refused.header_value("Set-Cookie") == "");
            superuser.execute("delete from identity_providers");
        }
    }
}

BOOST_FIXTURE_TEST_CASE(our_own_network_is_asked_only_where_that_is_permitted, signing_in) {
    with.oidc.addresses = "public";
    api_client strict{with};
    for (const std::string issuer : {"http://id.example.org", "https://127.0.0.1", "https://10.0.0.1:8443",
                                     "https://[::1]", "https://169.254.169.254/latest", "https://a@b.example",
                                     "https://id.example.org?a=b", "https://id.example.org#a"}) {
        const auto refused = strict.post(alpha.owner, "/api/v1/identity-providers",
                                         {{"name", "x"}, {"issuer", issuer}, {"client_id", "x"}});
        BOOST_TEST(refused.status == 422, issuer);
    }
    // A name may be given before it is known where it leads; then nothing is asked.
    scripted_server server{{"", "HTTP/1.1 200 OK\r\n\r\n"}};
    const auto made = strict.post(alpha.owner, "/api/v1/identity-providers",
                                  {{"name", "x"},
                                   {"issuer", "https://localhost:" + std::to_string(server.port())},
                                   {"client_id", "x"}});
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    worker = &strict;
    BOOST_TEST(begin(alpha, made.member("id")).code() == "identity_provider_unavailable");
    BOOST_TEST(server.heard() == "");
}

BOOST_FIXTURE_TEST_CASE(a_slow_provider_of_one_organisation_holds_up_no_other, with_rogue) {
    with.oidc.concurrent_max = 3;
    with.oidc.concurrent_per_tenant_max = 2;
    with.oidc.timeout = 3s;
    api_client few{with};
    scripted_server silent{{""}};
    const auto slow = connect(alpha, "http://127.0.0.1:" + std::to_string(silent.port()));
    const auto quick = connect(beta, rogue.issuer());
    const auto ask = [&](const std::string& slug, const std::string& id, int& answered) {
        few.served().handle(
            make_request("GET", anonymous_at(slug), "/api/v1/identity-providers/" + id + "/authorization"),
            [&answered](const response& got) { answered = got.status; });
    };
    int held[6] = {};
    for (int& each : held)
        ask("alpha", slow, each);
    int passing = 0;
    ask("beta", quick, passing);
    const auto run_until = [&few](const auto& is_so) {
        const auto until = std::chrono::steady_clock::now() + 30s;
        while (!is_so() && std::chrono::steady_clock::now() < until)
            few.run_for(10ms);
    };
    run_until([&] { return passing != 0; });
    BOOST_TEST(passing == 302);
    BOOST_TEST(std::ranges::count(held, 0) == 6);
    run_until([&] { return std::ranges::count(held, 0) == 0; });
    BOOST_TEST(std::ranges::count(held, 503) == 6);
}

BOOST_FIXTURE_TEST_CASE(a_providers_tokens_reach_neither_the_browser_nor_the_database, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    const auto done = lie(id, "honest");
    BOOST_TEST(signed_in(alpha, done).email == "mallory@example.org");
    std::string kept;
    for (const auto& table : superuser.rows("select format('%I.%I', schemaname, tablename) from pg_tables "
                                            "where schemaname in ('public', 'tenancy', 'platform')"))
        kept += superuser.value("select string_agg(t::text, ' ') from " + table[0].value() + " t");
    BOOST_TEST(kept.find("mallory@example.org") != std::string::npos);
    std::string told = done.text;
    for (const header& each : done.headers)
        told += each.value + '\n';
    for (const std::string token : {"an-access-token", "eyJ"}) { // how the text of every JWT begins
        BOOST_TEST(kept.find(token) == std::string::npos, token);
        BOOST_TEST(told.find(token) == std::string::npos, token);
    }
}

BOOST_FIXTURE_TEST_CASE(setting_out_is_limited_for_each_address, with_rogue) {
    with.oidc.attempts_per_minute_per_address = 3;
    api_client strict{with};
    worker = &strict;
    const auto id = connect(alpha, rogue.issuer());
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(begin(alpha, id).status == 302);
    const auto refused = begin(alpha, id);
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(refused.header_value("Retry-After") != "");
}

BOOST_AUTO_TEST_SUITE_END()
