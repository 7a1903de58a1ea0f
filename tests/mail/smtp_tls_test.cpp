// What is said to whom: STARTTLS, certificates and signing in.

#include "mail_fixture.hpp"
#include "support/scripted_server.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

struct certified {
    json::object options(json::object more = {}) const {
        more["key"] = shown.key;
        more["certificate"] = shown.certificate;
        return more;
    }
    mail_settings settings(int port, const std::string& tls = "starttls") const {
        auto made = plain_settings(port);
        made.host = "localhost";
        made.tls = tls;
        made.ca_file = shown.certificate;
        return made;
    }

    temporary_directory directory;
    made_certificate shown{directory, "DNS:localhost"};
};

void check_deferred(const delivery_report& made, std::string_view in_detail) {
    BOOST_TEST((made.outcome == delivery_outcome::deferred));
    BOOST_TEST(made.detail.find(in_detail) != std::string::npos, made.detail);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(mail_tls, certified)

BOOST_AUTO_TEST_CASE(both_kinds_of_tls_are_used_with_a_certificate_that_is_trusted) {
    for (const std::string kind : {"starttls", "tls"}) {
        mail_server server{options({{"secure", kind == "tls"}})};
        mail_sender sender{settings(server.port(), kind)};
        const auto made = sender.send(make_mail());
        BOOST_TEST((made.outcome == delivery_outcome::accepted), made.detail);
        BOOST_TEST(server.mails().at(0).at("secure").as_bool());
    }
}

BOOST_AUTO_TEST_CASE(a_certificate_that_nobody_vouches_for_is_refused) {
    for (const std::string kind : {"starttls", "tls"}) {
        mail_server server{options({{"secure", kind == "tls"}})};
        auto with = settings(server.port(), kind);
        with.ca_file.clear();
        mail_sender sender{with};
        check_deferred(sender.send(make_mail()), "certificate verify failed");
        BOOST_TEST(server.mails().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_name_is_refused) {
    mail_server server{options()};
    auto with = settings(server.port());
    with.host = "127.0.0.1"; // where localhost leads to, but the certificate does not say so
    mail_sender sender{with};
    check_deferred(sender.send(make_mail()), "not for 127.0.0.1");
    BOOST_TEST(server.mails().empty());
}

BOOST_AUTO_TEST_CASE(a_certificate_may_be_for_an_address) {
    const temporary_directory other;
    const made_certificate by_address{other, "IP:127.0.0.1"};
    mail_server server{{{"key", by_address.key}, {"certificate", by_address.certificate}}};
    auto with = settings(server.port());
    with.host = "127.0.0.1";
    with.ca_file = by_address.certificate;
    mail_sender sender{with};
    const auto made = sender.send(make_mail());
    BOOST_TEST((made.outcome == delivery_outcome::accepted), made.detail);
}

BOOST_AUTO_TEST_CASE(a_file_of_certificates_that_is_none_is_said_to_be) {
    mail_server server{options()};
    auto with = settings(server.port());
    with.ca_file = "/nonexistent/ca.pem";
    mail_sender sender{with};
    check_deferred(sender.send(make_mail()), "mail.ca_file cannot be used");
}

BOOST_AUTO_TEST_CASE(nothing_is_said_in_the_clear_when_starttls_is_not_offered) {
    mail_server server{
        options({{"without", json::array{"STARTTLS"}}, {"user", "front"}, {"password", "word"}})};
    auto with = settings(server.port());
    with.user = "front";
    with.password = "word";
    mail_sender sender{with};
    check_deferred(sender.send(make_mail()), "offers no STARTTLS");
    scripted_server stripped{{"220 ready\r\n", "250-relay\r\n250 AUTH PLAIN LOGIN\r\n", "250 fine\r\n"}};
    sender.with.port = stripped.port();
    check_deferred(sender.send(make_mail()), "offers no STARTTLS");
    BOOST_TEST(stripped.heard().find("AUTH") == std::string::npos);
    BOOST_TEST(stripped.heard().find("MAIL") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_was_said_before_tls_is_not_taken_for_its_word_inside) {
    scripted_server injecting{{"220 ready\r\n", "250-relay\r\n250 STARTTLS\r\n",
                               "220 go ahead\r\n250-relay\r\n250 AUTH PLAIN\r\n"}};
    mail_sender sender{settings(injecting.port())};
    check_deferred(sender.send(make_mail()), "spoke before TLS began");
    scripted_server refusing{{"220 ready\r\n", "250-relay\r\n250 STARTTLS\r\n", "454 not now\r\n"}};
    sender.with.port = refusing.port();
    check_deferred(sender.send(make_mail()), "refuses STARTTLS: 454 not now");
}

BOOST_AUTO_TEST_CASE(we_sign_in_by_either_method_and_a_wrong_password_is_nothing_final) {
    for (const char* const method : {"PLAIN", "LOGIN"}) {
        mail_server server{
            options({{"user", "front"}, {"password", "w\u00f6rd \"1"}, {"methods", json::array{method}}})};
        auto with = settings(server.port());
        with.user = "front";
        with.password = "w\u00f6rd \"1";
        mail_sender right{with};
        const auto made = right.send(make_mail());
        BOOST_TEST((made.outcome == delivery_outcome::accepted), method << ": " << made.detail);
        BOOST_TEST(server.mails().at(0).at("user").as_string() == "front");
        with.password = "wrong";
        mail_sender wrong{with};
        const auto refused = wrong.send(make_mail());
        check_deferred(refused, "does not let us sign in: 535");
        BOOST_TEST(refused.code == 535);
        BOOST_TEST(refused.detail.find("wrong") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_demands_a_sign_in_we_have_not_got_is_tried_again) {
    mail_server server{options({{"user", "front"}, {"password", "word"}})};
    mail_sender sender{settings(server.port())};
    const auto made = sender.send(make_mail());
    check_deferred(made, "530");
    BOOST_TEST(made.code == 530);
}

BOOST_AUTO_TEST_SUITE_END()
