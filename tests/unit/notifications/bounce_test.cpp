#include "notifications/bounce.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::notifications;

namespace {

const std::string domain = "kids.example";
const notification_id message{*parse_uuid("019ac0de-0000-7000-8000-0000000000aa")};

// As a mail server writes it (RFC 3464), with the headers of the message that came back.
std::string status_notification(const std::string& action, const std::string& status) {
    return "From: MAILER-DAEMON@relay.example\r\n"
           "Message-ID: <20260701.report@relay.example>\r\n"
           "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
           "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
           "Reporting-MTA: dns; relay.example\r\n\r\n"
           "Final-Recipient: rfc822; ida@nord.example\r\nAction: "
           + action + "\r\nStatus: " + status
           + "\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
             "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
             "message-id: "
           + message_id_of(message, "museum", domain) + "\r\nSubject: Reminder\r\n\r\n--b--\r\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(notifications_bounce)

BOOST_AUTO_TEST_CASE(a_refusal_says_whether_it_is_about_the_mailbox) {
    BOOST_TEST((fault_of("5.1.1") == fault::mailbox_unknown));
    BOOST_TEST((fault_of("550 5.1.10 no such user") == fault::mailbox_unknown));
    BOOST_TEST((fault_of("552 5.2.2 mailbox full") == fault::mailbox));
    BOOST_TEST((fault_of("550 not wanted") == fault::mailbox));
    BOOST_TEST((fault_of("554 5.7.1 blocked, see 15.1.1") == fault::not_the_mailbox));
    BOOST_TEST((fault_of("5.6.0 bad content") == fault::not_the_mailbox));
    BOOST_TEST((fault_of("from 192.0.2.5.1.1") == fault::mailbox));
    const notification_settings with;
    BOOST_TEST(bounces_until_suppressed(fault::mailbox_unknown, with) == 1);
    BOOST_TEST(bounces_until_suppressed(fault::mailbox, with) == 3);
    BOOST_TEST(bounces_until_suppressed(fault::not_the_mailbox, with) == 0);
}

BOOST_AUTO_TEST_CASE(a_status_notification_leads_to_the_message_that_came_back) {
    const auto read = read_bounce_reports(status_notification("failed", "5.1.1"), domain);
    BOOST_REQUIRE(read.size() == 1U);
    BOOST_TEST(read[0].slug == "museum");
    BOOST_TEST((read[0].id == message));
    BOOST_TEST(read[0].status == "5.1.1");
    BOOST_TEST(read[0].detail == "smtp; 550 5.1.1 no such user");
    BOOST_TEST((read[0].why == suppression_reason::bounce));
}

BOOST_AUTO_TEST_CASE(what_is_no_failure_of_a_message_of_ours_is_left_out) {
    BOOST_TEST(read_bounce_reports(status_notification("delayed", "4.4.1"), domain).empty());
    BOOST_TEST(read_bounce_reports(status_notification("delivered", "2.0.0"), domain).empty());
    BOOST_TEST(read_bounce_reports(status_notification("failed", "5.1.1"), "other.example").empty());
    BOOST_TEST(read_bounce_reports("", domain).empty());
    BOOST_TEST(read_bounce_reports("Out of office", domain).empty());
}

BOOST_AUTO_TEST_CASE(a_feed_is_read_line_by_line) {
    const std::string id = message_id_of(message, "museum", domain);
    const auto read = read_bounce_reports(
        R"({"message_id": ")" + id + R"(", "type": "bounce", "status": "5.2.1", "detail": "closed"})" + "\n"
            + R"({"message_id": ")" + id + R"(", "type": "complaint"})" + "\r\n" + R"({"message_id": ")" + id
            + R"(", "type": "bounce", "status": "4.2.2"})" + "\n"
            + R"({"message_id": "<elsewhere@example.org>", "type": "bounce"})" + "\n"
            + R"({"message_id": 5, "type": "bounce"})" + "\n{broken\n\n",
        domain);
    BOOST_REQUIRE(read.size() == 2U);
    BOOST_TEST(read[0].detail == "closed");
    BOOST_TEST((read[1].why == suppression_reason::complaint));
}

BOOST_AUTO_TEST_SUITE_END()
