// The stack with a certificate of its own: what is spoken by TLS, and what is left for http.

#include "support/host_stack.hpp"
#include "support/mail_server.hpp"
#include "support/postgres_cluster.hpp"
#include "support/two_tenants.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace {

namespace json = boost::json;

// One stack for all cases: what they change is in nobody's way.
struct certified_stack : two_tenants {
    temporary_directory directory;
    made_certificate shown{directory, "DNS:alpha.localhost,DNS:beta.localhost"};
    host_stack stack{settings, 1, "outbox:\n  poll_max: 200ms\n", "    - {name: web, processes: 2}\n",
                     host_certificate{shown.certificate, shown.key}};
    static certified_stack& instance() {
        static certified_stack made;
        return made;
    }
};

struct front {
    certified_stack& all = certified_stack::instance();
    host_stack& stack = all.stack;
    const std::string port = std::to_string(stack.tls_port());

    // What curl prints, asking by https with the certificate checked; `format` as of --write-out.
    process curl(const std::string& host, const std::string& target, std::vector<std::string> more) const {
        std::vector<std::string> arguments{"curl",       "-sS",
                                           "--max-time", "10",
                                           "--cacert",   all.shown.certificate,
                                           "--resolve",  "*:" + port + ":127.0.0.1"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        arguments.push_back("https://" + host + ":" + port + target);
        process asking{{.arguments = arguments}};
        asking.wait();
        return asking;
    }
    std::string told(const std::string& host, const std::string& target, const std::string& format,
                     std::vector<std::string> more = {}) const {
        more.insert(more.end(), {"-o", "/dev/null", "-w", format});
        return curl(host, target, more).output();
    }
    // What `openssl s_client` says of a handshake.
    std::string handshake(const std::vector<std::string>& more) const {
        std::vector<std::string> arguments{"timeout",  "10",
                                           "openssl",  "s_client",
                                           "-connect", "127.0.0.1:" + port,
                                           "-CAfile",  all.shown.certificate};
        arguments.insert(arguments.end(), more.begin(), more.end());
        process asking{{.arguments = arguments}};
        asking.wait();
        return asking.output() + asking.errors();
    }
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const std::vector<std::string> of_alpha{"-servername", "alpha.localhost"};

std::vector<std::string> as_alpha(std::vector<std::string> more) {
    more.insert(more.end(), of_alpha.begin(), of_alpha.end());
    return more;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_tls, front)

BOOST_AUTO_TEST_CASE(versions_two_and_three_are_spoken_and_nothing_older) {
    const std::string organisation = "/api/v1/organisation";
    BOOST_TEST(told("alpha.localhost", organisation, "%{http_code} %{http_version} %{ssl_verify_result}")
               == "200 2 0");
    BOOST_TEST(told("alpha.localhost", organisation, "%{http_code} %{http_version}", {"--http1.1"})
               == "200 1.1");
    BOOST_TEST(contains(handshake(as_alpha({"-tls1_2"})), "Protocol  : TLSv1.2"));
    BOOST_TEST(contains(handshake(as_alpha({"-tls1_3"})), "New, TLSv1.3"));
    for (const char* old : {"-tls1_1", "-tls1"}) {
        const auto said = handshake(as_alpha({old, "-cipher", "ALL:@SECLEVEL=0"}));
        BOOST_TEST(contains(said, "alert protocol version"), said);
        BOOST_TEST(contains(said, "Cipher is (NONE)"), said);
    }
}

BOOST_AUTO_TEST_CASE(only_forward_secret_ciphers_are_spoken_the_strongest_first_and_no_ticket_is_given) {
    const auto usual = handshake(as_alpha({"-tls1_2"}));
    BOOST_TEST(contains(usual, "Cipher    : ECDHE-ECDSA-AES256-GCM-SHA384"), usual);
    BOOST_TEST(!contains(usual, "TLS session ticket:"));
    const auto weaker_first = handshake(
        as_alpha({"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"}));
    BOOST_TEST(contains(weaker_first, "Cipher    : ECDHE-ECDSA-AES256-GCM-SHA384"), weaker_first);
    for (const char* weak : {"ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA", "AES128-GCM-SHA256"}) {
        const auto said = handshake(as_alpha({"-tls1_2", "-cipher", weak}));
        BOOST_TEST(contains(said, "Cipher is (NONE)"), weak << said);
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_ours_is_shown_no_certificate) {
    for (const auto& names : {std::vector<std::string>{"-noservername"}, {"-servername", "kids.example"}}) {
        const auto said = handshake(names);
        BOOST_TEST(contains(said, "no peer certificate available"), said);
    }
    BOOST_TEST(contains(handshake(of_alpha), "BEGIN CERTIFICATE"));
    // Under the name of one host another one is asked for.
    for (const char* version : {"--http1.1", "--http2"}) {
        BOOST_TEST(told("alpha.localhost", "/api/v1/organisation", "%{http_code} %{content_type}",
                        {version, "-H", "Host: kids.example"})
                   == "421 application/problem+json");
        // Whose certificate it is as well, and so it is answered as that one.
        const auto beta =
            curl("alpha.localhost", "/api/v1/organisation", {version, "-H", "Host: beta.localhost"});
        BOOST_TEST(contains(beta.output(), "\"slug\":\"beta\""), beta.output());
    }
}

BOOST_AUTO_TEST_CASE(the_workers_know_that_it_is_https) {
    const auto sign_up = [this](const std::string& origin, const std::string& name) {
        const json::value body{{"email", name + "@new.example"},
                               {"password", "correct horse battery"},
                               {"given_name", "P"},
                               {"family_name", "P"}};
        return curl("alpha.localhost", "/api/v1/accounts",
                    {"-i", "-H", "Content-Type: application/json", "-H", "Origin: " + origin, "-d",
                     json::serialize(body)})
            .output();
    };
    const auto made = sign_up("https://alpha.localhost:" + port, "one");
    BOOST_TEST(made.starts_with("HTTP/2 201"), made);
    BOOST_TEST(contains(made, "__Host-kidevent="));
    BOOST_TEST(contains(made, "; Secure"));
    BOOST_TEST(contains(made, "strict-transport-security: max-age=31536000; includeSubDomains"));
    for (const auto& origin : {"http://alpha.localhost:" + port, "https://beta.localhost:" + port,
                               std::string{"https://alpha.localhost"}})
        BOOST_TEST(sign_up(origin, "two").starts_with("HTTP/2 403"), origin);
    // A page of nginx', and what it refuses.
    for (const char* target : {"/", "/_answers/421.json"})
        BOOST_TEST(contains(curl("alpha.localhost", target, {"-i"}).output(),
                            "strict-transport-security: max-age=31536000; includeSubDomains"),
                   target);
}

BOOST_AUTO_TEST_CASE(a_stream_says_its_first_words_at_once) {
    process listening{{.arguments = {"curl", "-sSN", "--max-time", "60", "--cacert", all.shown.certificate,
                                     "--resolve", "*:" + port + ":127.0.0.1",
                                     "https://alpha.localhost:" + port + "/api/v1/stream?topics=events"}}};
    BOOST_TEST(host_stack::wait_until([&] { return contains(listening.output(), "retry: 3000"); },
                                      std::chrono::seconds{3}),
               listening.output() << listening.errors());
    BOOST_TEST(listening.is_running());
}

BOOST_AUTO_TEST_CASE(pages_lead_from_http_to_https_and_the_api_is_refused_there) {
    const auto ask = [this](const std::string& method, const std::string& host, const std::string& target) {
        http_client client{stack.port()};
        return client.send({method, target, host});
    };
    for (const char* method : {"GET", "HEAD"}) {
        const auto moved = ask(method, "alpha.localhost", "/events?page=2");
        BOOST_TEST(moved.status == 301);
        BOOST_TEST(moved.header_value("Location") == "https://alpha.localhost:" + port + "/events?page=2");
        BOOST_TEST(moved.header_value("Strict-Transport-Security") == "");
        BOOST_TEST(moved.header_value("X-Content-Type-Options") == "nosniff");
    }
    BOOST_TEST(ask("POST", "alpha.localhost", "/events").status == 405);
    for (const char* method : {"GET", "POST", "PUT", "DELETE", "OPTIONS"}) {
        const auto refused = ask(method, "alpha.localhost", "/api/v1/organisation");
        BOOST_TEST(refused.status == 403, method);
        BOOST_TEST(refused.header_value("Content-Type") == "application/problem+json");
        BOOST_TEST(contains(refused.body, "\"https_required\""));
        BOOST_TEST(refused.header_value("Location") == "");
        BOOST_TEST(refused.header_value("Cache-Control") == "no-store");
    }
    // Nobody is led to where they did not come from.
    for (const char* host : {"kids.example", "localhost", "alpha.localhost.kids.example"}) {
        BOOST_TEST(ask("GET", host, "/events").status == 421, host);
        BOOST_TEST(ask("GET", host, "/api/v1/organisation").status == 421, host);
    }
    BOOST_TEST(ask("GET", "127.0.0.1", "/readyz").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
