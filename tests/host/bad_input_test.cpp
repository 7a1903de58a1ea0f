// What clients can do to a request on its way through nginx and FastCGI, and what must come of it.

#include "support/host_stack.hpp"
#include "support/two_tenants.hpp"

#include <sstream>

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

struct sending {
    // Sends the bytes and gives the status of the answer; 0 when the connection was closed without one.
    int status_of(const std::string& bytes) { return answer_to(bytes).status; }

    http_answer answer_to(const std::string& bytes) {
        auto client = shared_stack::instance().stack.client();
        try {
            client.connect();
            client.write(bytes);
            return client.read_answer();
        } catch (const std::runtime_error&) {
            return {};
        }
    }

    static std::string get(const std::string& target,
                           const std::string& headers = "Host: alpha.localhost\r\n") {
        return "GET " + target + " HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n";
    }
    static std::string sign_in(const std::string& headers, const std::string& body) {
        return "POST /api/v1/logins HTTP/1.1\r\nHost: alpha.localhost\r\nConnection: close\r\n"
               "Content-Type: application/json\r\n"
               + headers + "\r\n" + body;
    }
};

const std::string organisation = "/api/v1/organisation";

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_bad_input, sending)

BOOST_AUTO_TEST_CASE(a_header_that_may_occur_once_is_refused_twice) {
    BOOST_TEST(status_of(get(organisation, "Host: alpha.localhost\r\nX-Trace: a\r\nX-Trace: b\r\n")) == 400);
    BOOST_TEST(status_of(get(organisation, "Host: alpha.localhost\r\nX-Trace: a\r\n")) == 200);
}

BOOST_AUTO_TEST_CASE(headers_that_look_like_parameters_of_the_server_change_nothing) {
    BOOST_TEST(status_of(get(organisation,
                             "Host: alpha.localhost\r\nProxy: http://evil.example\r\nRemote-Addr: 1.2.3.4\r\n"
                             "Https: on\r\nX_Tenant: beta\r\n"))
               == 200);
}

BOOST_AUTO_TEST_CASE(the_host_of_an_absolute_target_wins_over_the_header) {
    const auto answer = answer_to(get("http://alpha.localhost" + organisation, "Host: beta.localhost\r\n"));
    BOOST_TEST((answer.status == 400 || answer.body.find("\"slug\":\"alpha\"") != std::string::npos));
    BOOST_TEST(answer.body.find("\"slug\":\"beta\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_plain_host_names_find_a_tenant) {
    const auto at = [this](const std::string& host) {
        return status_of(get(organisation, "Host: " + host + "\r\n"));
    };
    BOOST_TEST(at("ALPHA.LOCALHOST") == 200);
    BOOST_TEST(at("alpha.localhost.:8080") == 200);
    for (const char* host :
         {"alpha.localhost@evil.example", "evil@alpha.localhost", "alpha.localhost.evil.example",
          "x.alpha.localhost", "localhost", "127.0.0.1", "nobody.localhost", "[::1]"}) {
        const int status = at(host);
        BOOST_TEST((status == 421 || status == 400), host << " was answered " << status);
    }
}

BOOST_AUTO_TEST_CASE(a_request_without_a_host_or_with_two_finds_none) {
    const int without = status_of("GET " + organisation + " HTTP/1.0\r\n\r\n");
    BOOST_TEST((without == 421 || without == 400));
    BOOST_TEST(status_of(get(organisation, "")) == 400);
    BOOST_TEST(status_of(get(organisation, "Host: alpha.localhost\r\nHost: beta.localhost\r\n")) == 400);
}

BOOST_AUTO_TEST_CASE(paths_that_two_readers_could_read_differently_are_refused) {
    for (const char* path :
         {"/api/v1/a%2fb/../organisation", "/api/v1//organisation", "/api/v1/./organisation",
          "/api/v1/organisation%00", "/api/v1/organisation%0a%0d", "/api/v1/\xff", "/api/v1/%ff",
          "/api/v1/x\\..\\organisation"}) {
        const int status = status_of(get(path));
        BOOST_TEST((status == 400), path << " was answered " << status);
    }
}

BOOST_AUTO_TEST_CASE(bodies_with_contradicting_lengths_are_refused) {
    BOOST_TEST(status_of(sign_in("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")) == 400);
    BOOST_TEST(status_of(sign_in("Content-Length: -1\r\n", "")) == 400);
    BOOST_TEST(status_of(sign_in("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")) == 400);
}

BOOST_AUTO_TEST_CASE(a_chunked_body_arrives_whole) {
    const std::string body = R"({"email": "nobody@alpha.example"})";
    std::ostringstream chunk;
    chunk << std::hex << body.size() << "\r\n" << body << "\r\n0\r\n\r\n";
    // Whole: what is missing is the password.
    const auto answer = answer_to(sign_in("Transfer-Encoding: chunked\r\n", chunk.str()));
    BOOST_TEST(answer.status == 422);
    BOOST_TEST(answer.body.find("\"/password\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_too_large_is_refused_as_such) {
    const auto answer = answer_to(sign_in("Content-Length: 2000000\r\n", std::string(1000, ' ')));
    BOOST_TEST(answer.status == 413);
    BOOST_TEST(answer.header_value("Content-Type") == "application/problem+json");
    BOOST_TEST(
        status_of(get(organisation, "Host: alpha.localhost\r\nX-Long: " + std::string(9000, 'a') + "\r\n"))
        == 400);
    BOOST_TEST(status_of(get(organisation + "?q=" + std::string(9000, 'a'))) == 414);
}

BOOST_AUTO_TEST_CASE(methods_that_nobody_asked_for_are_refused) {
    const auto with = [this](const std::string& method) {
        return status_of(method + " " + organisation
                         + " HTTP/1.1\r\nHost: alpha.localhost\r\nConnection: close\r\n\r\n");
    };
    BOOST_TEST(with("TRACE") == 405);
    const int unknown = with("FOO");
    BOOST_TEST((unknown == 501 || unknown == 405));
    BOOST_TEST(with("DELETE") == 405);
}

BOOST_AUTO_TEST_CASE(people_at_an_unknown_host_see_a_page_and_programs_a_problem) {
    const auto page = answer_to(get("/", "Host: nobody.localhost\r\n"));
    BOOST_TEST(page.status == 421);
    BOOST_TEST(page.header_value("Content-Type").starts_with("text/html"));
    const auto problem = answer_to(get(organisation, "Host: nobody.localhost\r\n"));
    BOOST_TEST(problem.status == 421);
    BOOST_TEST(problem.header_value("Content-Type") == "application/problem+json");
    const auto foreign = answer_to(get(organisation, "Host: elsewhere.example\r\n"));
    BOOST_TEST(foreign.status == 421);
    BOOST_TEST(foreign.header_value("Content-Type") == "application/problem+json");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
