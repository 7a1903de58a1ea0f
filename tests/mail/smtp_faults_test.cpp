// A relay that is down, slow, silent, broken off or out of its mind: the message is tried again later, within
// its deadline, and the loop does not notice.

#include "mail_fixture.hpp"
#include "support/fault_proxy.hpp"
#include "support/scripted_server.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

namespace {

struct faulty {
    faulty() {
        sender.with.timeout = 1000ms;
        sender.with.connect_timeout = 500ms;
    }
    // Sends while the loop is watched.
    delivery_report send_watched() {
        const auto started = std::chrono::steady_clock::now();
        loop_watch watch{sender.runner.loop()};
        auto made = sender.send(make_mail());
        took =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
        BOOST_TEST((watch.longest() < 200ms), watch.longest().count());
        BOOST_TEST((took < 2000ms), took.count());
        return made;
    }

    mail_server server;
    fault_proxy proxy{server.address()};
    mail_sender sender{plain_settings(proxy.port())};
    std::chrono::milliseconds took{0};
};

void check_deferred(const delivery_report& made, std::string_view in_detail) {
    BOOST_TEST((made.outcome == delivery_outcome::deferred));
    BOOST_TEST(made.detail.find(in_detail) != std::string::npos, made.detail);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(mail_faults, faulty)

BOOST_AUTO_TEST_CASE(no_fault_of_the_relay_stops_the_loop_or_outlasts_the_deadline) {
    for (const bool is_kept : {false, true})
        for (const fault each :
             {fault::down, fault::silent, fault::slow, fault::reset_in_mid_reply, fault::garbage}) {
            BOOST_TEST_CONTEXT("fault " << static_cast<int>(each)
                                        << (is_kept ? " of a kept connection" : "")) {
                proxy.set(fault::none);
                if (is_kept) BOOST_TEST((sender.send(make_mail()).outcome == delivery_outcome::accepted));
                const auto before = server.mails().size();
                proxy.set(each, 700ms);
                BOOST_TEST((send_watched().outcome == delivery_outcome::deferred));
                BOOST_TEST(server.mails().size() == before);
            }
        }
    proxy.set(fault::none);
    BOOST_TEST((send_watched().outcome == delivery_outcome::accepted));
}

BOOST_AUTO_TEST_CASE(the_deadline_counts_for_the_whole_conversation_not_for_each_reply) {
    proxy.set(fault::slow, 300ms); // each reply alone would be in time
    check_deferred(send_watched(), "did not answer in time");
    BOOST_TEST((took >= 900ms), took.count());
}

BOOST_AUTO_TEST_CASE(a_relay_that_is_not_there_is_said_to_be) {
    server.stop();
    sender.with.port = server.port();
    check_deferred(send_watched(), "no connection to the relay");
}

BOOST_AUTO_TEST_CASE(waiting_for_a_connection_counts_and_has_a_limit) {
    proxy.set(fault::silent);
    sender.with.connections_max = 1;
    sender.with.waiting_max = 2;
    sender.with.timeout = 500ms;
    std::vector<delivery_report> made;
    const auto send_into = [this, &made]() -> task<> {
        auto delivering = sender.transport().deliver(make_mail());
        made.push_back(co_await delivering);
    };
    const auto started = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i)
        detach(send_into());
    // One is on its way, two wait (or three, if the thread has not taken the first yet); the others know.
    BOOST_TEST(made.size() >= 17U);
    check_deferred(made.at(0), "too many messages wait");
    BOOST_TEST(sender.runner.run_until([&made] { return made.size() == 20U; }));
    BOOST_TEST((std::chrono::steady_clock::now() - started < 1500ms));
    for (const auto& each : made)
        BOOST_TEST((each.outcome == delivery_outcome::deferred));
}

BOOST_AUTO_TEST_CASE(replies_without_end_or_measure_end_the_conversation) {
    std::string endless = "220-a\r\n";
    for (int i = 0; i < 200; ++i)
        endless += "220-more\r\n";
    const std::pair<std::vector<std::string>, const char*> cases[] = {
        {{endless}, "has no end"},
        {{std::string(100000, 'x')}, "no reply"},
        {{"220-a\r\n250 b\r\n"}, "no reply"},
        {{"999 a\r\n"}, "no reply"},
        {{"554 no service here\r\n"}, "not ready: 554 no service here"},
        {{"220 a\r\n", "500 what\r\n"}, "refuses our greeting: 500 what"},
        {{"220 a\r\n", "250 a\r\n250 and more\r\n"}, "what it was not asked"},
        {{"220 a\r\n", "250 a\r\n", "250 a\r\n", "250 a\r\n", "421 4.3.2 bye\r\n"}, "421 4.3.2 bye"}};
    for (const auto& [says, detail] : cases) {
        scripted_server odd{says};
        sender.with.port = odd.port();
        check_deferred(send_watched(), detail);
    }
}

BOOST_AUTO_TEST_CASE(a_message_is_not_accepted_before_the_relay_says_so) {
    scripted_server cut{{"220 a\r\n", "250 a\r\n", "250 a\r\n", "250 a\r\n", "354 go\r\n"}};
    sender.with.port = cut.port();
    check_deferred(send_watched(), "did not answer in time");
    BOOST_TEST(cut.heard().find("\r\n.\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
