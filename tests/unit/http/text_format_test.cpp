#include "http/text_format.hpp"
#include "http/utf8.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace kidevent::http;

BOOST_AUTO_TEST_SUITE(http_text_format)

BOOST_AUTO_TEST_CASE(an_email_address_is_one_ascii_mailbox_at_a_domain) {
    BOOST_TEST(is_email("anna.o'hara+kids@mail.example.org"));
    for (const char* wrong :
         {"", "@", "anna", "anna@", "@example.org", "anna@example", "a b@example.org", "anna@exa_mple.org",
          ".anna@example.org", "anna.@example.org", "an..na@example.org", "anna@example.org.",
          "anna@example..org", "anna@b@example.org", "anna@-example.org", "anna@example.org\n",
          "\"a b\"@example.org", "änna@example.org", "anna@[127.0.0.1]"})
        BOOST_TEST(!is_email(wrong), wrong);
    BOOST_TEST(is_email(std::string(64, 'a') + "@example.org"));
    BOOST_TEST(!is_email(std::string(65, 'a') + "@example.org"));
}

BOOST_AUTO_TEST_CASE(a_uri_is_a_web_address_without_a_password) {
    for (const char* right :
         {"https://example.org", "HTTP://example.org:8080/a%20b?c=d#e", "https://example.org/?q"})
        BOOST_TEST(is_http_url(right), right);
    for (const char* wrong : {"",
                              "example.org",
                              "javascript:alert(1)",
                              "javascript://example.org/%0aalert(1)",
                              "data:text/html,x",
                              "https://",
                              "https:///x",
                              "https://a@example.org/",
                              "https://a:b@example.org",
                              "https://example.org:0",
                              "https://example.org:70000",
                              "https://example.org:",
                              "https://[::1]/",
                              "https://example.org/a b",
                              "https://example.org/\"",
                              "https://example.org/%zz",
                              "https://example.org/#a#b",
                              "https://ex\xc3\xa4mple.org",
                              "ftp://example.org",
                              "https://exa mple.org"})
        BOOST_TEST(!is_http_url(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(a_time_zone_has_the_shape_of_an_iana_name) {
    for (const char* right : {"UTC", "Europe/Vienna", "America/Argentina/Buenos_Aires", "Etc/GMT+5"})
        BOOST_TEST(is_time_zone_name(right), right);
    for (const char* wrong : {"", "/UTC", "Europe/", "Europe//Vienna", "../etc/passwd", "Europe/Vi enna",
                              "+02:00", "a/b/c/d", "Europe/Vienna\n", ".", "Europe.Vienna"})
        BOOST_TEST(!is_time_zone_name(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(every_format_is_known_by_its_name_and_refuses_something) {
    for (const char* name : {"uuid", "date", "date-time", "email", "uri", "hostname", "time-zone"}) {
        const auto format = parse_text_format(name);
        BOOST_TEST_REQUIRE(format.has_value());
        BOOST_TEST(!has_format("not / this", *format));
        BOOST_TEST(demand_of(*format).starts_with("must be"));
    }
    BOOST_TEST(!parse_text_format("ipv4"));
    BOOST_TEST(has_format("0190c0de-0000-7000-8000-000000000001", text_format::uuid));
    BOOST_TEST(has_format("2024-02-29", text_format::date));
    BOOST_TEST(!has_format("2023-02-29", text_format::date));
    BOOST_TEST(has_format("2024-02-29T23:59:59+02:00", text_format::date_time));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_utf8)

BOOST_AUTO_TEST_CASE(only_the_shortest_form_of_a_character_is_utf8) {
    for (const char* right : {"", "plain", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                              "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
        BOOST_TEST(is_utf8(right));
    for (const char* wrong :
         {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xc2", "\xc2 ", "\xe0\x9f\xbf", "\xed\xa0\x80",
          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xf0\x9f\x98"})
        BOOST_TEST(!is_utf8(wrong));
    BOOST_TEST(find_invalid_utf8("12345678901234567\xff").value() == 17U);
}

BOOST_AUTO_TEST_CASE(every_code_point_survives_writing_and_reading) {
    for (char32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 97) {
        if (c >= 0xd800 && c < 0xe000) continue;
        std::string text;
        append_utf8(text, c);
        std::size_t at = 0;
        if (!is_utf8(text) || next_code_point(text, at) != c || at != text.size()
            || count_code_points(text) != 1)
            BOOST_ERROR("code point " << static_cast<unsigned long>(c));
    }
}

BOOST_AUTO_TEST_CASE(a_prefix_never_cuts_a_character) {
    BOOST_TEST(utf8_prefix("a\xc3\xa4", 2) == "a");
    BOOST_TEST(utf8_prefix("a\xc3\xa4", 3) == "a\xc3\xa4");
    BOOST_TEST(utf8_prefix("\xf0\x9f\x98\x80", 3) == "");
}

BOOST_AUTO_TEST_SUITE_END()
