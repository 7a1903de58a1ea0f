// E-mail through a real server: that it arrives as it was written, and what becomes of refusals.

#include "mail_fixture.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

struct served {
    explicit served(const json::object& options = {})
        : server(options), sender(plain_settings(server.port())) {}
    mail_server server;
    mail_sender sender;
};

std::string text_of(const json::object& in, const char* member) {
    return std::string{std::string_view{in.at(member).as_string()}};
}

std::string header_of(const json::object& mail, const char* name) {
    const auto* const found = mail.at("headers").as_object().if_contains(name);
    return found == nullptr ? "" : std::string{std::string_view{found->as_string()}};
}

void check(const delivery_report& made, delivery_outcome outcome, int code, std::string_view in_detail) {
    BOOST_TEST((made.outcome == outcome), made.detail);
    BOOST_TEST(made.code == code);
    BOOST_TEST(made.detail.find(in_detail) != std::string::npos, made.detail);
}

} // namespace

BOOST_AUTO_TEST_SUITE(mail_smtp)

BOOST_FIXTURE_TEST_CASE(text_and_html_arrive_as_they_were_written, served) {
    outgoing_message sent = make_mail();
    sent.to_name = "Ida \"Idda\" Lünd";
    sent.from = "events@nord.example";
    sent.from_name = "Turnverein Nord, e. V.";
    sent.reply_to = "office@nord.example";
    sent.subject = "Grüße 🎉 aus dem Norden: " + std::string(100, 'x') + " über alles";
    sent.text = "Schöne Grüße 🎈\n.\n..zwei\n" + std::string(3000, 'y') + "ü\nEnde mit Leerzeichen \n=3D\n";
    sent.html = "<p>Schöne Grüße 🎈</p>\n<p>.</p>\n";
    sent.language = "de";
    sent.unsubscribe_url = "https://nord.example/unsubscribe?token=abc";
    const auto made = sender.send(sent);
    check(made, delivery_outcome::accepted, 250, "2.0.0 taken as test-1");

    const auto mails = server.mails();
    BOOST_REQUIRE(mails.size() == 1U);
    const auto& got = mails[0];
    BOOST_TEST(text_of(got, "text") == sent.text);
    BOOST_TEST(text_of(got, "html") == sent.html);
    BOOST_TEST(text_of(got, "subject") == sent.subject);
    BOOST_TEST(text_of(got, "sender") == "events@nord.example");
    BOOST_TEST(json::serialize(got.at("receivers")) == R"(["ida@home.example"])");
    BOOST_TEST(json::serialize(got.at("to"))
               == json::serialize(json::array{{{"address", "ida@home.example"}, {"name", sent.to_name}}}));
    BOOST_TEST(json::serialize(got.at("from"))
               == json::serialize(json::array{{{"address", sent.from}, {"name", sent.from_name}}}));
    BOOST_TEST(got.at("reply_to").at(0).at("address").as_string() == "office@nord.example");
    BOOST_TEST(text_of(got, "hello") == "front.kidevent.example");
    BOOST_TEST(header_of(got, "message-id") == "Message-ID: <0190-1@kidevent.example>");
    BOOST_TEST(header_of(got, "auto-submitted") == "Auto-Submitted: auto-generated");
    BOOST_TEST(header_of(got, "content-language") == "Content-Language: de");
    BOOST_TEST(header_of(got, "list-unsubscribe")
               == "List-Unsubscribe: <https://nord.example/unsubscribe?token=abc>");
    BOOST_TEST(header_of(got, "list-unsubscribe-post")
               == "List-Unsubscribe-Post: List-Unsubscribe=One-Click");
    BOOST_TEST(header_of(got, "date").ends_with(" +0000"));
    BOOST_TEST(got.at("line_max").as_int64() <= 998);
    BOOST_TEST(got.at("is_seven_bit").as_bool());
}

BOOST_FIXTURE_TEST_CASE(text_alone_comes_from_the_address_of_the_settings, served) {
    check(sender.send(make_mail()), delivery_outcome::accepted, 250, "");
    const auto got = server.mails().at(0);
    BOOST_TEST(text_of(got, "sender") == "events@kidevent.example");
    BOOST_TEST(text_of(got, "text") == "Good morning\n");
    BOOST_TEST(text_of(got, "html").empty());
    BOOST_TEST(header_of(got, "content-type").starts_with("Content-Type: text/plain"));
    BOOST_TEST(header_of(got, "list-unsubscribe").empty());
    BOOST_TEST(header_of(got, "reply-to").empty());
}

BOOST_FIXTURE_TEST_CASE(a_refusal_is_for_now_or_for_good, served) {
    check(sender.send(make_mail("rcpt-550@home.example")), delivery_outcome::rejected, 550, "550 5.1.1");
    check(sender.send(make_mail("rcpt-450@home.example")), delivery_outcome::deferred, 450, "450 4.1.1");
    check(sender.send(make_mail("data-554@home.example")), delivery_outcome::rejected, 554, "554 5.1.1");
    check(sender.send(make_mail("data-451@home.example")), delivery_outcome::deferred, 451, "451 4.1.1");
    auto from = make_mail();
    from.from = "mail-553@nord.example";
    check(sender.send(from), delivery_outcome::rejected, 553, "553 5.1.1");
    from.from = "mail-452@nord.example";
    check(sender.send(from), delivery_outcome::deferred, 452, "452 4.1.1");
    from.from = "mail-530@nord.example"; // wants a sign-in; that is not the message's fault
    check(sender.send(from), delivery_outcome::deferred, 530, "530 5.1.1");
    // All of it over one connection, which goes on to work.
    check(sender.send(make_mail()), delivery_outcome::accepted, 250, "");
    BOOST_TEST(server.mails().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_message_that_is_too_large_is_refused_by_both_sides) {
    served small{{{"size", 2000}}};
    auto large = make_mail();
    large.text = std::string(4000, 'x');
    check(small.sender.send(large), delivery_outcome::rejected, 552, "552");
    small.sender.with.message_bytes_max = 1500;
    check(small.sender.send(large), delivery_outcome::rejected, 0, "mail.message_bytes_max");
    BOOST_TEST(small.server.mails().empty());
}

BOOST_FIXTURE_TEST_CASE(nothing_in_a_header_can_become_another_one, served) {
    using member = std::string outgoing_message::*;
    const std::pair<const char*, member> fields[] = {{"to", &outgoing_message::to},
                                                     {"to_name", &outgoing_message::to_name},
                                                     {"from", &outgoing_message::from},
                                                     {"from_name", &outgoing_message::from_name},
                                                     {"reply_to", &outgoing_message::reply_to},
                                                     {"message_id", &outgoing_message::message_id},
                                                     {"subject", &outgoing_message::subject},
                                                     {"language", &outgoing_message::language},
                                                     {"unsubscribe_url", &outgoing_message::unsubscribe_url}};
    outgoing_message good = make_mail();
    good.to_name = good.from_name = "Ida";
    good.from = good.reply_to = "office@nord.example";
    good.language = "de";
    good.unsubscribe_url = "https://nord.example/u";
    for (const auto& [name, field] : fields)
        for (const std::string attack : {"\r\nBcc: all@home.example", "\nX: y", "\r", "\x7f"}) {
            auto bad = good;
            bad.*field += attack;
            BOOST_TEST((sender.send(bad).outcome == delivery_outcome::rejected), name << " is not checked");
        }
    for (const char* const to :
         {"", "ida", "ida@", "@home.example", "ida@home.example> SIZE=1", "\"a b\"@home.example",
          "ida@hom\u00e9.example", "ida@home.example,bo@home.example", "<ida@home.example>",
          "ida@@home.example", "ida@[127.0.0.1]"})
        BOOST_TEST((sender.send(make_mail(to)).outcome == delivery_outcome::rejected), to);
    BOOST_TEST((sender.send(good).outcome == delivery_outcome::accepted));
    BOOST_TEST(server.mails().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_connection_is_used_again_up_to_its_limits, served) {
    sender.with.messages_per_connection_max = 3;
    for (int i = 0; i < 4; ++i)
        check(sender.send(make_mail()), delivery_outcome::accepted, 250, "");
    const auto connections = [this] {
        std::vector<std::string> found;
        for (const auto& each : server.mails())
            found.push_back(text_of(each, "connection"));
        return found;
    };
    auto seen = connections();
    BOOST_TEST((seen[0] == seen[1] && seen[1] == seen[2]));
    BOOST_TEST(seen[2] != seen[3]);
    sender.with.idle_timeout = 0ms;
    check(sender.send(make_mail()), delivery_outcome::accepted, 250, "");
    seen = connections();
    BOOST_TEST(seen[3] != seen[4]);
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_the_server_has_ended_costs_no_message) {
    std::optional<served> first{std::in_place};
    check(first->sender.send(make_mail()), delivery_outcome::accepted, 250, "");
    first->server.stop();
    mail_server second;
    first->sender.with.port = second.port();
    check(first->sender.send(make_mail()), delivery_outcome::accepted, 250, "");
    BOOST_TEST(second.mails().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(there_are_no_more_connections_than_the_settings_say, served) {
    sender.with.connections_max = 2;
    std::vector<delivery_report> made;
    const auto send_into = [this, &made](std::string to) -> task<> {
        auto delivering = sender.transport().deliver(make_mail(to));
        made.push_back(co_await delivering);
    };
    for (int i = 0; i < 12; ++i)
        detach(send_into("ida" + std::to_string(i) + "@home.example"));
    BOOST_TEST(sender.runner.run_until([&made] { return made.size() == 12U; }));
    std::set<std::string> connections;
    for (const auto& each : server.mails())
        connections.insert(text_of(each, "connection"));
    BOOST_TEST(server.mails().size() == 12U);
    BOOST_TEST((connections.size() == 1U || connections.size() == 2U), connections.size());
}

BOOST_AUTO_TEST_SUITE_END()
