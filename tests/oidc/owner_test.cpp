// What owners do with identity providers, and people with what their accounts are connected with.

#include "oidc/sign_in_fixture.hpp"

using namespace kidevent;
using namespace kidevent::tests;

namespace json = boost::json;

namespace {

const std::string path = "/api/v1/identity-providers";
const json::object acme{{"name", "Acme"}, {"issuer", "https://id.acme.example"}, {"client_id", "us"}};

json::object acme_with(const char* name, json::value value) {
    json::object made = acme;
    made[name] = std::move(value);
    return made;
}

struct with_rogue : signing_in {
    identity_provider& rogue = shared_identity_provider("rogue_provider.mjs");

    // Sets out from the account's page, and comes back.
    answer connect_account(const person& who, const std::string& id, const std::string& lie = "honest",
                           const person* comes_back = nullptr) {
        const auto begun =
            api.post(who, "/api/v1/accounts/me/identities", {{"provider_id", id}, {"return_to", "/me"}});
        BOOST_REQUIRE_MESSAGE(begun.status == 200, begun.text);
        const departure out{begun.member("authorization_url"), cookie_in(begun, "__Host-kidevent-provider")};
        return arrive(alpha,
                      callback_of(id) + "?code=" + lie + "." + out.nonce() + "&state=" + out.state()
                          + "&iss=" + rogue.issuer(),
                      out.browser, comes_back ? *comes_back : who);
    }
    answer sign_in_by(const std::string& id) {
        const auto out = depart(alpha, id);
        return arrive(alpha,
                      callback_of(id) + "?code=honest." + out.nonce() + "&state=" + out.state()
                          + "&iss=" + rogue.issuer(),
                      out.browser);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(oidc_owner)

BOOST_FIXTURE_TEST_CASE(an_owner_connects_changes_and_deletes_a_provider, signing_in) {
    const auto made = api.post(alpha.owner, path, acme_with("client_secret", "a secret of the client"));
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    const auto id = made.member("id");
    BOOST_TEST(made.header_value("Location") == path + "/" + id);
    BOOST_TEST(made.member("redirect_uri") == "https://alpha.kidevent.test" + callback_of(id));
    BOOST_TEST(made.member("client_authentication") == "client_secret_basic");
    BOOST_TEST(made.member("scopes") == "openid email profile");
    BOOST_TEST(made.body.at("sign_up_allowed").as_bool() == false);
    BOOST_TEST(made.body.at("links_by_email").as_bool() == false);
    // What has been given as a secret is seen by nobody again, and lies sealed.
    BOOST_TEST(made.text.find("a secret of the client") == std::string::npos);
    BOOST_TEST(superuser.value("select client_secret like 'e1.test.%' and client_secret not like '%secret%'"
                               " from identity_providers")
               == "t");

    auto changed =
        api.patch(alpha.owner, path + "/" + id, 1, {{"name", "Acme & Sons"}, {"sign_up_allowed", true}});
    BOOST_TEST(changed.member("name") == "Acme & Sons");
    BOOST_TEST(changed.body.at("has_client_secret").as_bool());
    BOOST_TEST(api.patch(alpha.owner, path + "/" + id, 1, {{"name", "Acme"}}).code() == "version_stale");
    changed = api.patch(alpha.owner, path + "/" + id, 2, {{"enabled", false}});
    BOOST_TEST(changed.member("disabled_at") != "");
    BOOST_TEST(api.get(anonymous_at("alpha"), "/api/v1/sign-in-providers").text == R"({"data":[]})");
    changed =
        api.patch(alpha.owner, path + "/" + id, 3, {{"enabled", true}, {"client_authentication", "none"}});
    BOOST_TEST(!changed.body.at("has_client_secret").as_bool());
    BOOST_TEST(superuser.value("select client_secret is null from identity_providers") == "t");
    BOOST_TEST(
        api.patch(alpha.owner, path + "/" + id, 4, {{"client_authentication", "client_secret_post"}}).faults()
        == "/client_secret required");
    BOOST_TEST(api.get(alpha.owner, path + "/" + id).header_value("ETag") == "\"v4\"");
    BOOST_TEST(api.get(alpha.owner, path).body.at("data").as_array().size() == 1U);

    BOOST_TEST(api.remove(alpha.owner, path + "/" + id, 4).status == 204);
    BOOST_TEST(api.get(alpha.owner, path + "/" + id).status == 404);
    BOOST_TEST(
        superuser.value("select string_agg(action, ' ' order by happened_at) from platform.audit_entries"
                        " where subject = $1",
                        {"identity_providers/" + id})
        == "identity_provider.created identity_provider.updated identity_provider.updated "
           "identity_provider.updated identity_provider.deleted");
}

BOOST_FIXTURE_TEST_CASE(what_cannot_work_is_refused, signing_in) {
    for (const auto& [body, fault] : {
             std::pair{acme_with("scopes", "email profile"), "/scopes bad_format"},
             std::pair{acme_with("scopes", "openid  email"), "/scopes bad_format"},
             std::pair{acme_with("scopes", "openid \"x"), "/scopes bad_format"},
             std::pair{acme_with("client_authentication", "client_secret_post"), "/client_secret required"},
             std::pair{acme_with("issuer", "https://id.acme.example?a"), "/issuer bad_format"},
         })
        BOOST_TEST(api.post(alpha.owner, path, body).faults() == fault);
    for (const auto& body : {acme_with("tenant_id", json::string{beta.id}),
                             acme_with("client_authentication", "private_key_jwt"), acme_with("name", ""),
                             acme_with("links_by_email", "yes"), acme_with("version", 7)})
        BOOST_TEST(api.post(alpha.owner, path, body).status == 422);
    BOOST_TEST(api.post(alpha.owner, path, acme).status == 201);
    BOOST_TEST(api.post(alpha.owner, path, acme).code() == "issuer_taken");
    with.oidc.providers_per_tenant_max = 1;
    api_client strict{with};
    BOOST_TEST(strict.post(alpha.owner, path, acme_with("issuer", "https://b.example")).faults()
               == "/issuer too_many");
}

BOOST_FIXTURE_TEST_CASE(a_secret_is_taken_only_when_it_can_be_sealed, signing_in) {
    with.security.encryption_keys.clear();
    api_client keyless{with};
    BOOST_TEST(keyless.post(alpha.owner, path, acme_with("client_secret", "a secret")).code()
               == "encryption_not_configured");
    BOOST_TEST(keyless.post(alpha.owner, path, acme).status == 201);
}

BOOST_FIXTURE_TEST_CASE(only_owners_of_the_organisation_may, signing_in) {
    const auto id = connect(alpha, "https://id.acme.example");
    for (const person& who : {alpha.staff, alpha.first.guardian}) {
        BOOST_TEST(api.get(who, path).status == 403);
        BOOST_TEST(api.post(who, path, acme).status == 403);
        BOOST_TEST(api.get(who, path + "/" + id).status == 403);
        BOOST_TEST(api.patch(who, path + "/" + id, 1, {{"name", "Mine"}}).status == 403);
        BOOST_TEST(api.remove(who, path + "/" + id, 1).status == 403);
    }
    BOOST_TEST(api.get(anonymous_at("alpha"), path).status == 401);
    BOOST_TEST(api.get(beta.owner, path + "/" + id).status == 404);
    BOOST_TEST(api.patch(beta.owner, path + "/" + id, 1, {{"name", "Mine"}}).status == 404);
    BOOST_TEST(api.remove(beta.owner, path + "/" + id, 1).status == 404);
    // The same issuer at another organisation is another row.
    BOOST_TEST(!connect(beta, "https://id.acme.example").empty());
}

BOOST_FIXTURE_TEST_CASE(an_account_is_connected_by_whoever_is_signed_in_to_it, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    const person& guardian = alpha.first.guardian;
    const auto done = connect_account(guardian, id);
    BOOST_TEST(done.status == 302);
    BOOST_TEST(done.header_value("Location") == "/me");
    BOOST_TEST(cookie_in(done, "__Host-kidevent") == ""); // the login stays the one it was
    const auto listed = api.get(guardian, "/api/v1/accounts/me/identities");
    BOOST_REQUIRE(listed.body.at("data").as_array().size() == 1U);
    const auto& one = listed.body.at("data").at(0);
    BOOST_TEST(one.at("issuer").as_string() == rogue.issuer());
    BOOST_TEST(one.at("provider_name").as_string() == "The provider");
    BOOST_TEST(one.at("email").as_string() == "mallory@example.org");
    // From then on the provider signs in to that account, whatever the address.
    BOOST_TEST(signed_in(alpha, sign_in_by(id)).id == guardian.id);
    BOOST_TEST(connect_account(guardian, id).status == 302); // again is no harm
    // Nobody else can have it.
    BOOST_TEST(connect_account(alpha.second.guardian, id).code() == "identity_taken");
    BOOST_TEST(api.get(alpha.second.guardian, "/api/v1/accounts/me/identities").text == R"({"data":[]})");
}

BOOST_FIXTURE_TEST_CASE(connecting_ends_with_the_account_it_began_with, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    const person& guardian = alpha.first.guardian;
    BOOST_TEST(connect_account(guardian, id, "honest", &alpha.second.guardian).code()
               == "sign_in_attempt_unknown");
    const person nobody = anonymous_at("alpha");
    BOOST_TEST(connect_account(guardian, id, "honest", &nobody).code() == "sign_in_attempt_unknown");
    BOOST_TEST(connect_account(guardian, id, "forged").code() == "identity_provider_refused");
    BOOST_TEST(superuser.value("select count(*) from external_identities") == "0");
    // A page of another organisation cannot begin it.
    BOOST_TEST(api.post(guardian, "/api/v1/accounts/me/identities", {{"provider_id", id}},
                        {{"Origin", "https://beta.kidevent.test"}})
                   .code()
               == "cross_site_request");
    BOOST_TEST(
        api.post(guardian, "/api/v1/accounts/me/identities", {{"provider_id", id}, {"return_to", "//evil"}})
            .status
        == 422);
    BOOST_TEST(api.post(beta.first.guardian, "/api/v1/accounts/me/identities", {{"provider_id", id}}).status
               == 404);
}

BOOST_FIXTURE_TEST_CASE(the_only_way_in_is_not_taken_away, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    const auto mallory = signed_in(alpha, sign_in_by(id));
    const auto identity_of = [&](const person& who) {
        const auto listed = api.get(who, "/api/v1/accounts/me/identities");
        return "/api/v1/accounts/me/identities/"
               + std::string{std::string_view{listed.body.at("data").at(0).at("id").as_string()}};
    };
    const auto only = identity_of(mallory);
    BOOST_TEST(api.remove(mallory, only).code() == "only_way_in");
    BOOST_TEST(api.remove(alpha.first.guardian, only).status == 404); // not theirs
    BOOST_TEST(api.remove(sent_to(mallory, "beta"), only).status == 401);
    superuser.rows("update accounts set password_hash = 'x' where id = $1", {mallory.id});
    BOOST_TEST(api.remove(mallory, only).status == 204);
    BOOST_TEST(api.remove(mallory, only).status == 404);
    BOOST_TEST(
        superuser.value("select count(*) from platform.audit_entries where action = 'identity.unlinked'"
                        " and subject = $1",
                        {"accounts/" + mallory.id})
        == "1");
    // The address is taken by then, so that the provider's person is nobody's any more.
    BOOST_TEST(sign_in_by(id).code() == "account_not_linked");
}

BOOST_FIXTURE_TEST_CASE(a_provider_that_is_connected_anew_means_the_same_people, with_rogue) {
    const auto id = connect(alpha, rogue.issuer());
    const auto before = signed_in(alpha, sign_in_by(id));
    BOOST_TEST(api.remove(alpha.owner, path + "/" + id, 1).status == 204);
    const auto listed = api.get(before, "/api/v1/accounts/me/identities");
    BOOST_TEST(listed.body.at("data").at(0).at("provider_name").as_string() == "");
    BOOST_TEST(signed_in(alpha, sign_in_by(connect(alpha, rogue.issuer()))).id == before.id);
}

BOOST_AUTO_TEST_SUITE_END()
