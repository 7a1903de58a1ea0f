// Who is let in from other sites, how often, and what every answer says to browsers.

#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace json = boost::json;

namespace {

const std::string partner = "https://www.partner.example";
const std::string club = "https://club.test";

struct doors : two_organisations {
    // Lets the partner in without cookies and the club with them.
    void let_both_in() {
        const json::value wanted{{"origins", json::array{json::object{{"origin", partner}},
                                                         json::object{{"origin", club}, {"cookies", true}}}}};
        const auto put = api.put(alpha.owner, "/api/v1/cors-origins", wanted);
        BOOST_REQUIRE_MESSAGE(put.status == 200, put.text);
        BOOST_REQUIRE(hears_of(anonymous_at("alpha"), partner));
    }
    // The announcement has arrived.
    bool hears_of(const person& at, const std::string& origin) {
        for (int i = 0; i < 200; ++i) {
            if (!from(origin, at).header_value("Access-Control-Allow-Origin").empty()) return true;
            api.run_for(std::chrono::milliseconds{10});
        }
        return false;
    }
    answer from(const std::string& origin, const person& as, const std::string& target = "/api/v1/events") {
        return api.get(as, target, {{"Origin", origin}});
    }
    answer preflight(const std::string& origin, const std::string& target, const std::string& method) {
        return to_answer(
            api.served().call(request{"OPTIONS",
                                      target,
                                      "alpha.kidevent.test",
                                      "192.0.2.1",
                                      {{"Origin", origin}, {"Access-Control-Request-Method", method}},
                                      ""}));
    }
    answer post_child(const std::string& origin, const person& as) {
        const json::value child{{"given_name", "C"}, {"family_name", "C"}, {"birth_date", born_years_ago(8)}};
        return api.post(as, "/api/v1/children", child, {{"Origin", origin}});
    }
};

std::string faults_of(const answer& got) { return std::to_string(got.status) + " " + got.faults(); }

json::value one_origin(const std::string& origin, bool cookies = false) {
    return {{"origins", json::array{json::object{{"origin", origin}, {"cookies", cookies}}}}};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(doors_cors, doors)

BOOST_AUTO_TEST_CASE(nobody_is_let_in_until_the_owner_says_so) {
    const auto before = from(partner, anonymous_at("alpha"));
    BOOST_TEST(before.status == 200);
    BOOST_TEST(before.header_value("Access-Control-Allow-Origin") == "");
    BOOST_TEST(preflight(partner, "/api/v1/children", "POST").status == 405);
    BOOST_TEST(post_child(partner, alpha.first.guardian).status == 403);
}

BOOST_AUTO_TEST_CASE(an_allowed_page_reads_and_sees_the_headers_it_needs) {
    let_both_in();
    const auto got = from(partner, anonymous_at("alpha"));
    BOOST_TEST(got.status == 200);
    BOOST_TEST(got.header_value("Access-Control-Allow-Origin") == partner);
    BOOST_TEST(got.header_value("Access-Control-Allow-Credentials") == "");
    BOOST_TEST(got.header_value("Vary") == "Origin");
    BOOST_TEST(got.header_value("Access-Control-Expose-Headers").find("ETag") != std::string::npos);
    // A refusal can be read, too.
    const auto refused = from(partner, anonymous_at("alpha"), "/api/v1/children");
    BOOST_TEST(refused.status == 401);
    BOOST_TEST(refused.header_value("Access-Control-Allow-Origin") == partner);
    // Others get nothing, and no cache gives them the partner's answer.
    const auto other = from("https://evil.example", anonymous_at("alpha"));
    BOOST_TEST(other.header_value("Access-Control-Allow-Origin") == "");
    BOOST_TEST(other.header_value("Vary") == "Origin");
    BOOST_TEST(api.get(anonymous_at("alpha"), "/api/v1/events").header_value("Vary") == "Origin");
}

BOOST_AUTO_TEST_CASE(a_preflight_needs_no_login_and_names_what_the_path_answers_to) {
    let_both_in();
    const auto let_in = preflight(partner, "/api/v1/children", "POST");
    BOOST_TEST(let_in.status == 204);
    BOOST_TEST(let_in.text == "");
    BOOST_TEST(let_in.header_value("Access-Control-Allow-Origin") == partner);
    BOOST_TEST(let_in.header_value("Access-Control-Allow-Methods").find("POST") != std::string::npos);
    BOOST_TEST(let_in.header_value("Access-Control-Max-Age") == "600");
    BOOST_TEST(let_in.header_value("Access-Control-Allow-Headers").find("If-Match") != std::string::npos);
    BOOST_TEST(preflight(partner, "/api/v1/nothing", "POST").status == 404);
    for (const char* other : {"https://evil.example", "null", "https://www.partner.example.evil.example",
                              "http://www.partner.example", "https://beta.kidevent.test"}) {
        const auto refused = preflight(other, "/api/v1/children", "POST");
        BOOST_TEST(refused.status == 405, other);
        BOOST_TEST(refused.header_value("Access-Control-Allow-Origin") == "", other);
    }
}

BOOST_AUTO_TEST_CASE(the_cookie_of_a_login_counts_only_where_the_owner_allowed_it) {
    let_both_in();
    const auto refused = post_child(partner, alpha.first.guardian);
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.code() == "cross_site_request");
    // Reading with it is refused as well: the page would not see the answer, but others could measure it.
    BOOST_TEST(from(partner, alpha.first.guardian, "/api/v1/children").status == 403);
    const auto allowed = post_child(club, alpha.first.guardian);
    BOOST_TEST(allowed.status == 201);
    BOOST_TEST(allowed.header_value("Access-Control-Allow-Credentials") == "true");
    BOOST_TEST(allowed.header_value("Access-Control-Allow-Origin") == club);
    BOOST_TEST(post_child("https://evil.example", alpha.first.guardian).status == 403);
}

BOOST_AUTO_TEST_CASE(a_page_without_cookies_is_given_none_when_it_signs_somebody_in) {
    let_both_in();
    const json::value known{{"email", "first@alpha.example"}, {"password", password_of_all}};
    const auto made = api.post(anonymous_at("alpha"), "/api/v1/logins", known, {{"Origin", partner}});
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.header_value("Set-Cookie") == "");
    const auto with_cookie = api.post(anonymous_at("alpha"), "/api/v1/logins", known, {{"Origin", club}});
    BOOST_TEST(with_cookie.header_value("Set-Cookie").starts_with("__Host-kidevent="));
}

BOOST_AUTO_TEST_CASE(what_one_organisation_allows_is_nothing_at_another) {
    let_both_in();
    BOOST_TEST(from(partner, anonymous_at("beta")).header_value("Access-Control-Allow-Origin") == "");
    BOOST_TEST(post_child(club, beta.first.guardian).status == 403);
    BOOST_TEST(from(partner, admin, "/api/v1/tenants").header_value("Access-Control-Allow-Origin") == "");
}

BOOST_AUTO_TEST_CASE(the_list_is_the_owners_and_is_checked) {
    BOOST_TEST(api.get(alpha.owner, "/api/v1/cors-origins").text == R"({"origins":[]})");
    for (const person& other : {alpha.staff, alpha.first.guardian})
        BOOST_TEST(api.put(other, "/api/v1/cors-origins", one_origin(partner)).status == 403);
    BOOST_TEST(api.put(anonymous_at("alpha"), "/api/v1/cors-origins", one_origin(partner)).status == 401);
    const auto refused = [this](const json::value& body) {
        return faults_of(api.put(alpha.owner, "/api/v1/cors-origins", body));
    };
    for (const char* bad :
         {"*", "null", "https://partner.example/", "http://partner.example", "partner.example"})
        BOOST_TEST(refused(one_origin(bad)) == "422 /origins/0/origin bad_format", bad);
    BOOST_TEST(refused(one_origin("https://alpha.kidevent.test")) == "422 /origins/0/origin not_allowed");
    BOOST_TEST(refused(one_origin("https://beta.kidevent.test", true))
               == "422 /origins/0/cookies not_allowed");
    json::array many;
    for (int i = 0; i <= 20; ++i)
        many.push_back(json::object{{"origin", "https://p" + std::to_string(i) + ".example"}});
    BOOST_TEST(refused({{"origins", many}}) == "422 /origins too_many");
    BOOST_TEST(refused({{"origins", json::array{many[0], many[0]}}}) == "422 /origins/1/origin not_allowed");
    // Nothing of that was kept; and a list that is emptied lets nobody in any more.
    BOOST_TEST(api.get(alpha.owner, "/api/v1/cors-origins").text == R"({"origins":[]})");
    let_both_in();
    BOOST_TEST(api.get(alpha.owner, "/api/v1/cors-origins").text
               == R"({"origins":[{"origin":"https://club.test","cookies":true},)"
                  R"({"origin":"https://www.partner.example","cookies":false}]})");
    api.put(alpha.owner, "/api/v1/cors-origins", {{"origins", json::array{}}});
    const auto is_closed = [this] {
        return from(partner, anonymous_at("alpha")).header_value("Access-Control-Allow-Origin").empty();
    };
    for (int i = 0; i < 200 && !is_closed(); ++i)
        api.run_for(std::chrono::milliseconds{10});
    BOOST_TEST(is_closed());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(doors_headers, doors)

BOOST_AUTO_TEST_CASE(a_page_may_send_its_form_and_data_may_do_nothing) {
    const auto data = api.get(anonymous_at("alpha"), "/api/v1/organisation");
    BOOST_TEST(data.header_value("Content-Security-Policy")
               == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    BOOST_TEST(data.header_value("X-Powered-By") == "");
    BOOST_TEST(data.header_value("Server") == "");
}

BOOST_AUTO_TEST_CASE(what_the_client_does_not_take_is_not_given) {
    const auto asked = [this](const std::string& accept) {
        return api.get(anonymous_at("alpha"), "/api/v1/organisation", {{"Accept", accept}});
    };
    BOOST_TEST(asked("application/json").status == 200);
    BOOST_TEST(asked("text/html, */*;q=0.1").status == 200);
    const auto refused = asked("text/html");
    BOOST_TEST(refused.status == 406);
    BOOST_TEST(refused.code() == "not_acceptable");
}

BOOST_AUTO_TEST_CASE(bodies_of_other_types_charsets_and_codings_are_refused) {
    const auto sent = [this](const std::vector<header>& headers) {
        return api.send(make_request("POST", anonymous_at("alpha"), "/api/v1/logins", "{}", headers)).status;
    };
    BOOST_TEST(sent({{"Content-Type", "application/json"}}) == 422);
    BOOST_TEST(sent({{"Content-Type", "application/json; charset=UTF-8"}}) == 422);
    for (const char* type :
         {"text/plain", "application/json; charset=utf-16", "application/json; charset=latin1",
          "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
          "application/json, text/plain", "json"})
        BOOST_TEST(sent({{"Content-Type", type}}) == 415, type);
    for (const char* coding : {"gzip", "deflate", "br", "gzip, identity"})
        BOOST_TEST(sent({{"Content-Type", "application/json"}, {"Content-Encoding", coding}}) == 415, coding);
}

BOOST_AUTO_TEST_CASE(programs_find_where_a_password_is_changed_and_search_engines_stay_away) {
    const auto there = to_answer(
        api.served().call(make_request("GET", anonymous_at("alpha"), "/.well-known/change-password")));
    BOOST_TEST(there.status == 302);
    BOOST_TEST(there.header_value("Location") == "/account/password");
    const auto robots = api.served().call(make_request("GET", anonymous_at("alpha"), "/robots.txt"));
    BOOST_TEST(robots.status == 200);
    // Without a contact there is no file, and it cannot be posted to.
    BOOST_TEST(api.get(anonymous_at("alpha"), "/.well-known/security.txt").status == 404);
    BOOST_TEST(api.get(anonymous_at("nobody"), "/robots.txt").status == 421);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
