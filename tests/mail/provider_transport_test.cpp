// Text messages and pushes to a provider over HTTP.

#include "mail_fixture.hpp"
#include "notifications/provider_transport.hpp"
#include "notifications/transports.hpp"
#include "support/post_receiver.hpp"
#include "support/scripted_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;
using notifications::channel;

namespace {

outgoing_message make_sms() {
    outgoing_message made;
    made.by = channel::sms;
    made.to = "+4366012345678";
    made.message_id = "<0190-1@kidevent.example>";
    made.text = "Erinnerung: Kajak beginnt um 15:00 \"pünktlich\"";
    made.language = "de";
    return made;
}

struct provided {
    delivery_report send(outgoing_message what) {
        const auto to_loop = [this](std::function<void()> then) {
            boost::asio::post(runner.loop(), std::move(then));
        };
        notifications::transports ways{mail, with, to_loop};
        auto delivering = ways.deliver(std::move(what));
        return runner.run(std::move(delivering));
    }
    void use(const std::string& url) {
        with.sms_url = with.push_url = url;
        with.addresses = "any";
    }

    loop_runner runner;
    mail_settings mail;
    provider_settings with;
};

std::string url_of(const scripted_server& server) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + "/v1/messages";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(mail_provider, provided)

BOOST_AUTO_TEST_CASE(a_message_is_posted_as_documented) {
    post_receiver receiver;
    use(receiver.url("/v1/messages?x=1"));
    with.token = "secret-token";
    BOOST_TEST((send(make_sms()).outcome == delivery_outcome::accepted));
    auto push = make_sms();
    push.by = channel::push;
    push.to = "device:abc/+=";
    push.subject = "Erinnerung";
    BOOST_TEST((send(push).outcome == delivery_outcome::accepted));
    const auto got = receiver.received();
    BOOST_REQUIRE(got.size() == 2U);
    BOOST_TEST(got[0].target == "/v1/messages?x=1");
    BOOST_TEST(got[0].header_value("Authorization") == "Bearer secret-token");
    BOOST_TEST(got[0].header_value("Idempotency-Key") == "<0190-1@kidevent.example>");
    BOOST_TEST(got[0].header_value("Content-Type") == "application/json");
    BOOST_TEST((boost::json::parse(got[0].body)
                == boost::json::value{{"id", "<0190-1@kidevent.example>"},
                                      {"channel", "sms"},
                                      {"to", "+4366012345678"},
                                      {"text", make_sms().text},
                                      {"language", "de"}}),
               got[0].body);
    BOOST_TEST((boost::json::parse(got[1].body)
                == boost::json::value{{"id", "<0190-1@kidevent.example>"},
                                      {"channel", "push"},
                                      {"to", "device:abc/+="},
                                      {"title", "Erinnerung"},
                                      {"text", make_sms().text},
                                      {"language", "de"}}),
               got[1].body);
}

BOOST_AUTO_TEST_CASE(each_status_means_now_later_or_never) {
    const std::pair<int, delivery_outcome> cases[] = {
        {200, delivery_outcome::accepted}, {202, delivery_outcome::accepted},
        {301, delivery_outcome::deferred}, {400, delivery_outcome::rejected},
        {401, delivery_outcome::deferred}, {408, delivery_outcome::deferred},
        {410, delivery_outcome::rejected}, {422, delivery_outcome::rejected},
        {429, delivery_outcome::deferred}, {500, delivery_outcome::deferred},
        {503, delivery_outcome::deferred}};
    for (const auto& [status, outcome] : cases) {
        post_receiver receiver{status};
        use(receiver.url("/"));
        const auto made = send(make_sms());
        BOOST_TEST((made.outcome == outcome), status);
        BOOST_TEST(made.code == status);
    }
}

BOOST_AUTO_TEST_CASE(the_id_of_the_provider_is_kept_however_its_answer_is_framed) {
    const std::pair<const char*, const char*> cases[] = {
        {"Content-Length: 12\r\n\r\n{\"id\":\"m-1\"}", "m-1"},
        {"Transfer-Encoding: chunked\r\n\r\n4\r\n{\"id\r\n8\r\n\":\"m-2\"}\r\n0\r\n\r\n", "m-2"},
        {"Content-Length: 2\r\n\r\n{}", ""},
        {"Content-Length: 8\r\n\r\nnot JSON", ""},
        {"Content-Length: 8\r\n\r\n{\"id\":1}", ""},
        {"Transfer-Encoding: chunked\r\n\r\nzz\r\n", ""}};
    for (const auto& [answer, id] : cases) {
        scripted_server provider{{"", std::string{"HTTP/1.1 201 Created\r\n"} + answer}};
        use(url_of(provider));
        const auto made = send(make_sms());
        BOOST_TEST((made.outcome == delivery_outcome::accepted), made.detail);
        BOOST_TEST(made.provider_id == id, answer);
    }
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_come_whole_counts_as_its_status) {
    scripted_server provider{{"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":"}};
    use(url_of(provider));
    with.timeout = 300ms;
    const auto made = send(make_sms());
    BOOST_TEST((made.outcome == delivery_outcome::accepted), made.detail);
    BOOST_TEST(made.provider_id.empty());
}

BOOST_AUTO_TEST_CASE(a_provider_that_does_not_answer_or_may_not_be_reached_is_tried_again) {
    scripted_server silent{{""}};
    use(url_of(silent));
    with.timeout = 300ms;
    const auto late = send(make_sms());
    BOOST_TEST((late.outcome == delivery_outcome::deferred));
    BOOST_TEST(late.detail == "no answer in time");
    with.addresses = "public";
    BOOST_TEST((send(make_sms()).outcome == delivery_outcome::deferred));
    const std::string heard = silent.heard();
    BOOST_TEST(heard.starts_with("POST "));
    BOOST_TEST(heard.rfind("POST ") == 0U);
}

BOOST_AUTO_TEST_CASE(receivers_that_are_none_are_never_posted) {
    post_receiver receiver;
    use(receiver.url("/"));
    for (const char* const to : {"", "+", "+1", "4366012345678", "+0123456", "+43 660 1234",
                                 "+1234567890123456", "+43660\r\nX: y"}) {
        auto sms = make_sms();
        sms.to = to;
        BOOST_TEST((send(sms).outcome == delivery_outcome::rejected), to);
    }
    auto push = make_sms();
    push.by = channel::push;
    push.to = "two words";
    BOOST_TEST((send(push).outcome == delivery_outcome::rejected));
    auto unnamed = make_sms();
    unnamed.message_id = "a\r\nX-Other: b";
    BOOST_TEST((send(unnamed).outcome == delivery_outcome::rejected));
    BOOST_TEST(receiver.received().empty());
}

BOOST_AUTO_TEST_CASE(a_channel_exists_when_its_settings_name_a_server) {
    const auto nowhere = [](const std::function<void()>&) {};
    BOOST_TEST(!(notifications::transports{mail, with, nowhere}.can(channel::email)));
    BOOST_TEST(!(notifications::transports{mail, with, nowhere}.can(channel::sms)));
    BOOST_TEST(!(notifications::transports{mail, with, nowhere}.can(channel::push)));
    BOOST_CHECK_THROW(send(make_sms()), std::logic_error);
    with.push_url = "https://push.example/";
    mail.host = "relay.example";
    BOOST_TEST((notifications::transports{mail, with, nowhere}.can(channel::email)));
    BOOST_TEST(!(notifications::transports{mail, with, nowhere}.can(channel::sms)));
    BOOST_TEST((notifications::transports{mail, with, nowhere}.can(channel::push)));
}

BOOST_AUTO_TEST_SUITE_END()
