// What can be done to a request on its way through nginx and FastCGI by whoever writes its bytes: other
// hosts, other addresses, a second request inside the first.

#include "http/security_headers.hpp"
#include "support/host_stack.hpp"
#include "support/two_tenants.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

namespace kidevent::tests {

namespace {

// One stack for all cases: none of them changes anything.
struct shared_stack : two_tenants {
    host_stack stack{settings};
    static shared_stack& instance() {
        static shared_stack made;
        return made;
    }
};

const std::string own_host = "Host: alpha.localhost\r\n";
const std::string organisation = "/api/v1/organisation";

struct front {
    host_stack& stack = shared_stack::instance().stack;

    // Sends the bytes and gives the answers until the connection ends.
    std::vector<http_answer> answers_to(const std::string& bytes) {
        std::vector<http_answer> all;
        auto client = stack.client();
        try {
            client.connect();
            client.write(bytes);
            while (all.size() < 5)
                all.push_back(client.read_answer());
        } catch (const std::runtime_error&) { // closed
        }
        return all;
    }
    http_answer get(const std::string& target, const std::string& headers = own_host) {
        const auto all =
            answers_to("GET " + target + " HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n");
        return all.empty() ? http_answer{} : all.front();
    }
    http_answer post(const std::string& headers, const std::string& body = "{}") {
        const auto all =
            answers_to("POST /api/v1/logins HTTP/1.1\r\n" + own_host + "Connection: close\r\n" + headers
                       + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        return all.empty() ? http_answer{} : all.front();
    }
};

const std::string json_type = "Content-Type: application/json\r\n";

bool mentions(const http_answer& got, const std::string& text) {
    for (const header& each : got.headers)
        if (each.value.find(text) != std::string::npos) return true;
    return got.body.find(text) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(attack_front, front)

BOOST_AUTO_TEST_CASE(no_header_but_host_names_the_organisation) {
    for (const char* name :
         {"X-Forwarded-Host", "X-Host", "X-Original-Host", "X-HTTP-Host-Override", "Forwarded",
          "X-Forwarded-Server", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Tenant",
          "X-Real-IP", "X-Forwarded-For", "True-Client-IP", "Via", "X-Forwarded-Proto", "X-Forwarded-Port",
          "Base-Url", "Request-Uri"}) {
        const auto got = get(organisation, own_host + name + ": beta.localhost\r\n");
        BOOST_TEST(got.status == 200, name << " was answered " << got.status);
        BOOST_TEST(got.body.find("\"slug\":\"alpha\"") != std::string::npos, name);
        BOOST_TEST(!mentions(got, "beta"), name);
    }
}

BOOST_AUTO_TEST_CASE(a_host_that_is_more_than_a_name_reaches_nobody) {
    for (const char* host :
         {"alpha.localhost:80@beta.localhost", "alpha.localhost, beta.localhost",
          "alpha.localhost/beta.localhost", "alpha.localhost#beta.localhost",
          "alpha.localhost?x=beta.localhost", "alpha.localhost\\beta.localhost", "alpha.localhost:x",
          "alpha.localhost:80:80", "alpha.localhost%00.beta.localhost", "alpha.localhost\tbeta.localhost",
          "beta.localhost\xe2\x80\xa4", ".alpha.localhost", "alpha..localhost", "alpha_.localhost",
          "*.localhost", "admin.localhost.evil"}) {
        const auto got = get(organisation, std::string{"Host: "} + host + "\r\n");
        BOOST_TEST(!mentions(got, "beta"), host);
        // What follows a colon is the port's business: nginx routes by what stands before it.
        const bool is_own =
            std::string_view{host}.starts_with("alpha.localhost:") && mentions(got, "\"slug\":\"alpha\"");
        BOOST_TEST((got.status == 400 || got.status == 421 || is_own),
                   host << " was answered " << got.status);
    }
}

BOOST_AUTO_TEST_CASE(of_two_hosts_and_a_whole_uri_one_is_believed_or_none) {
    BOOST_TEST(get(organisation, "Host: alpha.localhost\r\nHost: beta.localhost\r\n").status == 400);
    BOOST_TEST(!mentions(get(organisation, "Host: alpha.localhost\r\n Host: beta.localhost\r\n"), "beta"));
    const auto whole = get("http://alpha.localhost" + organisation, "Host: beta.localhost\r\n");
    BOOST_TEST(!mentions(whole, "\"slug\":\"beta\""));
    for (const char* target :
         {"http://beta.localhost@alpha.localhost/api/v1/organisation", "//beta.localhost/api/v1/organisation",
          "beta.localhost:443", "http://alpha.localhost:80@beta.localhost/api/v1/organisation"})
        BOOST_TEST(!mentions(get(target), "\"slug\":\"beta\""), target);
}

BOOST_AUTO_TEST_CASE(a_proxy_header_is_nobodys_proxy) {
    BOOST_TEST(get(organisation, own_host + "Proxy: http://127.0.0.1:9\r\n").status == 200);
    for (const pid_t worker : stack.worker_pids()) {
        std::ifstream in("/proc/" + std::to_string(worker) + "/environ", std::ios::binary);
        const std::string environment{std::istreambuf_iterator<char>(in), {}};
        BOOST_TEST(!environment.empty());
        for (const char* name : {"HTTP_PROXY=", "HTTP_HOST=", "REQUEST_METHOD=", "QUERY_STRING="})
            BOOST_TEST(environment.find(name) == std::string::npos, name);
    }
}

BOOST_AUTO_TEST_CASE(a_second_request_inside_the_first_is_never_answered) {
    const std::string inner = "GET /api/v1/organisation HTTP/1.1\r\nHost: beta.localhost\r\nX: ";
    const auto smuggled = [&](const std::string& framing, const std::string& body) {
        return answers_to("POST /api/v1/logins HTTP/1.1\r\n" + own_host + json_type + framing + "\r\n"
                          + body);
    };
    const std::string length = "Content-Length: " + std::to_string(inner.size() + 5) + "\r\n";
    for (const std::string& framing : std::vector<std::string>{
             length + "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\n" + length,
             length + "Transfer-Encoding : chunked\r\n", length + "Transfer-Encoding:\tchunked\r\n",
             length + "Transfer-Encoding: xchunked\r\n", length + "Transfer-Encoding: chunked, identity\r\n",
             length + "Transfer-Encoding: identity, chunked\r\n",
             length + "Transfer-Encoding:\r\n chunked\r\n", "Content-Length: 5\r\nContent-Length: 50\r\n",
             "Content-Length: 5, 50\r\n", "Content-Length: +5\r\n", "Content-Length: 0x5\r\n",
             "Content-Length: 5 5\r\n", "Content-Length: -1\r\n",
             "Content-Length: 99999999999999999999\r\n"}) {
        for (const http_answer& each : smuggled(framing, "0\r\n\r\n" + inner)) {
            BOOST_TEST(each.status != 200, framing);
            BOOST_TEST(!mentions(each, "beta"), framing);
        }
    }
}

BOOST_AUTO_TEST_CASE(fields_that_differ_in_a_dash_or_a_break_are_not_one) {
    // Spelled with an underscore they would be the same parameter.
    BOOST_TEST(post(json_type + "Content_Length: 0\r\n").status == 422);
    BOOST_TEST(post("Content_Type: application/json\r\n").status == 415);
    BOOST_TEST(get("/api/v1/accounts/me", own_host + "Coo_kie: __Host-kidevent=x\r\n").status == 401);
    for (const char* field : {"X-A: b\rX-B: c\r\n", "X-A\r\n", "X A: b\r\n", "X-A : b\r\n", ": b\r\n"}) {
        const auto got = get(organisation, own_host + std::string{field});
        BOOST_TEST((got.status == 400 || got.status == 200), field << " was answered " << got.status);
        BOOST_TEST(got.header_value("X-B") == "");
    }
    const auto split = get(organisation + "?q=%0d%0aSet-Cookie:%20a=b");
    BOOST_TEST(split.header_value("Set-Cookie") == "");
}

BOOST_AUTO_TEST_CASE(a_page_of_another_site_changes_nothing) {
    for (const char* origin : {"https://evil.example", "http://beta.localhost", "null", "http://localhost",
                               "http://alpha.localhost.evil.example", "https://alpha.localhost",
                               "http://alpha.localhost", "http://ALPHA.localhost", ""}) {
        const auto got = post(json_type + "Origin: " + origin + "\r\n");
        // An empty header is none to nginx; the own origin has a port.
        BOOST_TEST((got.status == (*origin == 0 ? 422 : 403)), origin << " was answered " << got.status);
    }
    BOOST_TEST(
        post(json_type + "Origin: http://alpha.localhost:" + std::to_string(stack.port()) + "\r\n").status
        == 422);
    for (const char* site : {"cross-site", "same-site"})
        BOOST_TEST(post(json_type + "Sec-Fetch-Site: " + std::string{site} + "\r\n").status == 403, site);
    BOOST_TEST(post(json_type + "Sec-Fetch-Site: same-origin\r\n").status == 422);
    // What a form of another site can send without being asked about it.
    for (const char* type :
         {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"})
        BOOST_TEST(post("Content-Type: " + std::string{type} + "\r\n").status == 415, type);
}

BOOST_AUTO_TEST_CASE(a_method_is_what_the_request_line_says) {
    for (const char* name : {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
        BOOST_TEST(get(organisation, own_host + std::string{name} + ": DELETE\r\n").status == 200, name);
    BOOST_TEST(get(organisation + "?_method=DELETE").status == 422);
}

BOOST_AUTO_TEST_CASE(every_kind_of_answer_carries_every_header_once) {
    const std::vector<std::pair<std::string, std::string>> asked{
        {organisation, own_host},          // of the API
        {"/api/v1/nothing", own_host},     // a refusal of it
        {"/api/v1/accounts/me", own_host}, // another one
        {"/.well-known/change-password", own_host},
        {"/robots.txt", own_host},
        {"/.well-known/security.txt", own_host}, // there is none
        {"/", own_host},                         // a file
        {"/some/page", own_host},                // the same file
        {"/", "Host: nobody.localhost\r\n"},
        {organisation, "Host: elsewhere.example\r\n"}};
    for (const auto& [target, headers] : asked) {
        const auto got = get(target, headers);
        for (const http::security_header& wanted : http::security_headers()) {
            int count = 0;
            for (const header& each : got.headers)
                count += each.name == wanted.name ? 1 : 0;
            BOOST_TEST(count == 1,
                       target << " " << got.status << " has " << wanted.name << " " << count << " times");
        }
        BOOST_TEST(got.header_value("X-Powered-By") == "");
    }
}

BOOST_AUTO_TEST_CASE(fixed_addresses_are_answered_by_the_organisations_alone) {
    BOOST_TEST(get("/robots.txt").body == "User-agent: *\nDisallow: /\n");
    BOOST_TEST(get("/.well-known/change-password").header_value("Location") == "/account/password");
    BOOST_TEST(get("/.well-known/security.txt").status == 404);
    BOOST_TEST(get("/.well-known/security.txt", "Host: elsewhere.example\r\n").status == 421);
    BOOST_TEST(get("/.well-known/../api/v1/organisation").status != 200);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
