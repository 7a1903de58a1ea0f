#include "notifications/mail_encoding.hpp"
#include "notifications/mail_message.hpp"
#include "notifications/smtp_reply.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent::notifications;

BOOST_AUTO_TEST_SUITE(notifications_mail)

BOOST_AUTO_TEST_CASE(quoted_printable_keeps_lines_short_and_everything_readable) {
    BOOST_TEST(quoted_printable("a=b\tc \nlast ") == "a=3Db=09c=20\r\nlast=20\r\n");
    BOOST_TEST(quoted_printable("ü") == "=C3=BC\r\n");
    BOOST_TEST(quoted_printable("a\r\nb\rc") == "a\r\nb=0Dc\r\n");
    BOOST_TEST(quoted_printable("").empty());
    BOOST_TEST(quoted_printable("\n\n") == "\r\n\r\n");
    BOOST_TEST(quoted_printable(std::string(76, 'x')) == std::string(76, 'x') + "\r\n");
    BOOST_TEST(quoted_printable(std::string(77, 'x')) == std::string(75, 'x') + "=\r\nxx\r\n");
    BOOST_TEST(quoted_printable(std::string(74, 'x') + "ü") == std::string(74, 'x') + "=\r\n=C3=BC\r\n");
}

BOOST_AUTO_TEST_CASE(header_fields_are_plain_or_in_encoded_words_that_keep_code_points_whole) {
    BOOST_TEST(header_text("Hello, Ida") == "Hello, Ida");
    BOOST_TEST(header_text("Grüße") == "=?utf-8?B?R3LDvMOfZQ==?=");
    BOOST_TEST(header_text("=?utf-8?B?eA==?=") == "=?utf-8?B?PT91dGYtOD9CP2VBPT0/PQ==?=");
    std::string long_text;
    for (int i = 0; i < 40; ++i)
        long_text += "🎉";
    // 45 bytes are eleven of four, and one more would be cut.
    const auto words = header_text(long_text);
    BOOST_TEST(words.substr(0, words.find("\r\n")).size() == 10 + 60 + 2);
    BOOST_TEST(words.find("\r\n =?utf-8?B?8J+OifCfjon") != std::string::npos);
    BOOST_TEST(display_name("Ida \"I\" \\ Lund") == "\"Ida \\\"I\\\" \\\\ Lund\"");
}

BOOST_AUTO_TEST_CASE(a_mail_has_the_fields_that_automatic_mail_has) {
    outgoing_message what;
    what.from = "events@nord.example";
    what.from_name = "Nord, e. V.";
    what.to = "ida@home.example";
    what.message_id = "<1@nord.example>";
    what.subject = "Hello";
    what.text = "Hi\n";
    const auto at = std::chrono::system_clock::from_time_t(1783263600); // 2026-07-05
    BOOST_TEST(mail_fault(what).empty());
    BOOST_TEST(
        compose_mail(what, at)
        == "Date: Sun, 05 Jul 2026 15:00:00 +0000\r\nFrom: \"Nord, e. V.\"\r\n <events@nord.example>\r\n"
           "To: ida@home.example\r\nSubject: Hello\r\nMessage-ID: <1@nord.example>\r\n"
           "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
           "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
           "Hi\r\n");
}

BOOST_AUTO_TEST_CASE(lines_of_replies_are_told_from_everything_else) {
    BOOST_TEST(parse_reply_line("250 fine")->code == 250);
    BOOST_TEST(parse_reply_line("250 fine")->is_last);
    BOOST_TEST(!parse_reply_line("250-SIZE 1000")->is_last);
    BOOST_TEST(parse_reply_line("250-SIZE 1000")->text == "SIZE 1000");
    BOOST_TEST(parse_reply_line("354")->is_last);
    for (const char* const line :
         {"", "2", "25", "150 a", "650 a", "2x0 a", "250x", "HTTP/1.1 200 OK", " 250 a"})
        BOOST_TEST(!parse_reply_line(line), line);
}

BOOST_AUTO_TEST_CASE(a_refusal_says_what_it_says_in_one_line_of_utf8) {
    const smtp_reply said{550, {"5.1.1 nobody", "", "here\x01\xff"}};
    const auto judged = judge_refusal(said);
    BOOST_TEST((judged.outcome == delivery_outcome::rejected));
    BOOST_TEST(judged.detail == "550 5.1.1 nobody here ");
    BOOST_TEST((smtp_reply{550, std::vector<std::string>(100, "wordword")}.summary().size() <= 300U));
    for (const int code : {421, 450, 451, 452, 530, 535, 354, 250})
        BOOST_TEST((judge_refusal({code, {}}).outcome == delivery_outcome::deferred), code);
    for (const int code : {500, 550, 552, 553, 554})
        BOOST_TEST((judge_refusal({code, {}}).outcome == delivery_outcome::rejected), code);
}

BOOST_AUTO_TEST_SUITE_END()
