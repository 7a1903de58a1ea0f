#include "http/host.hpp"
#include "http/query_string.hpp"
#include "http/target.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace kidevent;
using http::query_string;

namespace {

// "path?query", or what is wrong.
std::string taken_apart(std::string_view text) {
    const auto parsed = http::parse_target(text);
    if (parsed) return parsed->path + "?" + parsed->query_text;
    BOOST_TEST((parsed.error().code == errc::malformed_request));
    return parsed.error().fields.at(0).detail;
}

// "pointer code" of the first field.
std::string fault_of(const refusal& why) { return why.fields.at(0).pointer + " " + why.fields.at(0).code; }

} // namespace

BOOST_AUTO_TEST_SUITE(http_target)

BOOST_AUTO_TEST_CASE(a_target_is_a_decoded_path_and_a_raw_query) {
    BOOST_TEST(taken_apart("/") == "/?");
    BOOST_TEST(taken_apart("/a/b%20c;p=1?x=%2f..//&y") == "/a/b c;p=1?x=%2f..//&y");
    BOOST_TEST(taken_apart("/%C3%A4/\xc3\xa4") == "/\xc3\xa4/\xc3\xa4?");
    BOOST_TEST(taken_apart("/a%2525?b?c") == "/a%25?b?c");
    BOOST_TEST(taken_apart("/a..b/.well-known/...") == "/a..b/.well-known/...?");
    BOOST_TEST(taken_apart("/a/") == "/a/?");
}

BOOST_AUTO_TEST_CASE(what_a_proxy_could_have_read_differently_is_refused) {
    BOOST_TEST(taken_apart("") == "the target must begin with '/'");
    BOOST_TEST(taken_apart("*") == "the target must begin with '/'");
    BOOST_TEST(taken_apart("http://a.kid.test/x") == "the target must begin with '/'");
    BOOST_TEST(taken_apart("/a%2fb") == "the path has an encoded slash");
    BOOST_TEST(taken_apart("/a%2Fb/../c;p=1//d/./e") == "the path has an encoded slash");
    BOOST_TEST(taken_apart("/a%252fb%2F") == "the path has an encoded slash");
    BOOST_TEST(taken_apart("/a/../b") == "the path has a dot segment");
    BOOST_TEST(taken_apart("/a/%2e%2E/b") == "the path has a dot segment");
    BOOST_TEST(taken_apart("/a/.%2e") == "the path has a dot segment");
    BOOST_TEST(taken_apart("/./a") == "the path has a dot segment");
    BOOST_TEST(taken_apart("//a") == "the path has an empty segment");
    BOOST_TEST(taken_apart("/a//") == "the path has an empty segment");
    BOOST_TEST(taken_apart("/a\\b") == "the path has a backslash");
    BOOST_TEST(taken_apart("/a%5cb") == "the path has a backslash");
    BOOST_TEST(taken_apart("/a#b") == "the target has blanks, control characters or a fragment");
    BOOST_TEST(taken_apart("/a b") == "the target has blanks, control characters or a fragment");
    BOOST_TEST(taken_apart(std::string_view{"/a\0b", 4})
               == "the target has blanks, control characters or a fragment");
    BOOST_TEST(taken_apart("/a%0a%0d") == "the target has encoded control characters");
    BOOST_TEST(taken_apart("/a%00") == "the target has encoded control characters");
    BOOST_TEST(taken_apart("/a?b=%00") == "the target has encoded control characters");
    BOOST_TEST(taken_apart("/a%7f") == "the target has encoded control characters");
    BOOST_TEST(taken_apart("/a\xff") == "the target is not UTF-8");
    BOOST_TEST(taken_apart("/a%c0%af") == "the target is not UTF-8");
    BOOST_TEST(taken_apart("/a?b=%ff") == "the target is not UTF-8");
    BOOST_TEST(taken_apart("/a%") == "a '%' is not followed by two hexadecimal digits");
    BOOST_TEST(taken_apart("/a%4") == "a '%' is not followed by two hexadecimal digits");
    BOOST_TEST(taken_apart("/a%4g") == "a '%' is not followed by two hexadecimal digits");
    BOOST_TEST(taken_apart("/a?b=%gg") == "a '%' is not followed by two hexadecimal digits");
    BOOST_TEST(taken_apart("/" + std::string(http::target_bytes_max, 'a'))
               == "the target is longer than 8192 bytes");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_query)

BOOST_AUTO_TEST_CASE(parameters_are_decoded_once_and_keep_their_order) {
    const query_string query = query_string::parse("b=1+2%2B3&&a=%2526&c&d=").value();
    BOOST_TEST(query.parameters().size() == 4U);
    BOOST_TEST(query.parameters().front().first == "b");
    BOOST_TEST(query.find("b").value() == "1 2+3");
    BOOST_TEST(query.find("a").value() == "%26");
    BOOST_TEST(query.find("c").value() == "");
    BOOST_TEST(query.find("d").value() == "");
    BOOST_TEST(!query.find("e"));
}

BOOST_AUTO_TEST_CASE(a_parameter_that_occurs_twice_is_refused_in_any_spelling) {
    BOOST_TEST(fault_of(query_string::parse("a=1&%61=2").error()) == "a duplicate");
    BOOST_TEST((query_string::parse("a=1&a=1").error().code == errc::invalid_fields));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_decoded_is_malformed) {
    for (const char* text : {"a=%", "a=%zz", "a=%4z", "%f=1", "a=%ff", "a=%0a", "=1", "a=1&=2", "a=\x7f"})
        BOOST_TEST((query_string::parse(text).has_error()
                    && query_string::parse(text).error().code == errc::malformed_request),
                   text);
    std::string many = "x=1";
    for (int i = 1; i < 64; ++i)
        many += "&x" + std::to_string(i);
    BOOST_TEST(query_string::parse(many).has_value());
    BOOST_TEST(query_string::parse(many + "&y").has_error());
}

BOOST_AUTO_TEST_CASE(parameters_that_the_endpoint_does_not_know_are_named) {
    const query_string query = query_string::parse("limit=1&tenant_id=x&curser=y").value();
    const auto checked = query.check_names({"limit", "cursor"});
    BOOST_TEST_REQUIRE(checked.has_error());
    BOOST_TEST(checked.error().fields.size() == 2U);
    BOOST_TEST(fault_of(checked.error()) == "tenant_id unknown");
    BOOST_TEST(query.check_names({"limit", "tenant_id", "curser"}).has_value());
}

BOOST_AUTO_TEST_CASE(integers_have_a_range) {
    const auto with = [](const std::string& text) {
        return query_string::parse("n=" + text).value().find_integer("n", -5, 100);
    };
    BOOST_TEST(with("100").value().value() == 100);
    BOOST_TEST(with("-5").value().value() == -5);
    BOOST_TEST(!query_string{}.find_integer("n", 1, 2).value().has_value());
    BOOST_TEST(fault_of(with("101").error()) == "n too_large");
    BOOST_TEST(fault_of(with("-6").error()) == "n too_small");
    BOOST_TEST(fault_of(with("99999999999999999999").error()) == "n too_large");
    BOOST_TEST(fault_of(with("-99999999999999999999").error()) == "n too_small");
    for (const char* text : {"", "1.0", "1e1", "0x1", "+1", "%2B1", "%201", "1x", "٣"})
        BOOST_TEST(fault_of(with(text).error()) == "n wrong_type", text);
}

BOOST_AUTO_TEST_CASE(each_type_refuses_what_is_none_of_it) {
    const query_string query =
        query_string::parse(
            "day=2026-02-30&at=yesterday&id=7&q=+&s=a%E2%80%AEb&kind=c&flag=1&text=%C3%A4%C3%B6")
            .value();
    BOOST_TEST(fault_of(query.find_date("day").error()) == "day bad_format");
    BOOST_TEST(fault_of(query.find_date_time("at").error()) == "at bad_format");
    BOOST_TEST(fault_of(query.find_uuid("id").error()) == "id bad_format");
    BOOST_TEST(fault_of(query.find_text("q", 5).error()) == "q too_short");
    BOOST_TEST(fault_of(query.find_text("s", 5).error()) == "s bad_format");
    BOOST_TEST(fault_of(query.find_text("text", 1).error()) == "text too_long");
    BOOST_TEST(query.find_text("text", 2).value().value() == "äö");
    BOOST_TEST(query.find_one_of("kind", {"a", "b"}).error().fields.at(0).detail == "must be one of a, b");
    BOOST_TEST(query.find_one_of("kind", {"a", "c"}).value().value() == "c");
    BOOST_TEST(fault_of(query.find_flag("flag").error()) == "flag not_allowed");
    BOOST_TEST(!query.find_flag("absent").value().has_value());
    BOOST_TEST(query_string::parse("flag=false").value().find_flag("flag").value().value() == false);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_host)

BOOST_AUTO_TEST_CASE(a_host_has_one_spelling) {
    BOOST_TEST(http::normalised_host("A.KID.test.:8080").value() == "a.kid.test");
    BOOST_TEST(http::normalised_host("a.kid.test").value() == "a.kid.test");
    BOOST_TEST(http::normalised_host("localhost:1").value() == "localhost");
    BOOST_TEST(http::normalised_host("127.0.0.1:8080").value() == "127.0.0.1");
    BOOST_TEST(http::normalised_host(std::string(63, 'a') + ".test").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_plainly_a_host_is_none) {
    for (const char* text : {"",
                             "_",
                             ".",
                             "..",
                             ".a",
                             "a..b",
                             "a.kid.test..",
                             "a.kid.test@evil",
                             "evil@a.kid.test",
                             "a.kid.test:",
                             ":80",
                             "a:80x",
                             "a:80:81",
                             "a:123456",
                             "a:-1",
                             "[::1]",
                             "[::1]:80",
                             "a_b.kid.test",
                             "-a.kid.test",
                             "a-.kid.test",
                             "a b",
                             " a",
                             "a ",
                             "a\t",
                             "a/b",
                             "a,b",
                             "a%2eb",
                             "ä.kid.test",
                             "a\\b",
                             "a#b",
                             "a?b",
                             "a.kid.test\r\nX: y"})
        BOOST_TEST(!http::normalised_host(text), text);
    BOOST_TEST(!http::normalised_host(std::string_view{"a\0.kid.test", 11}));
    BOOST_TEST(!http::normalised_host(std::string(64, 'a') + ".test"));
    std::string labels = "aaa";
    while (labels.size() < 253)
        labels += ".aaa";
    BOOST_TEST(!http::normalised_host(labels));
}

BOOST_AUTO_TEST_CASE(the_slug_is_exactly_one_label_before_the_base_domain) {
    BOOST_TEST(http::slug_of("a.kid.test", "kid.test").value() == "a");
    BOOST_TEST(http::slug_of("admin.localhost", "localhost").value() == "admin");
    for (const char* host :
         {"kid.test", "b.a.kid.test", "akid.test", "a.kid.test.evil", "a.evil", ".kid.test", "x"})
        BOOST_TEST(!http::slug_of(host, "kid.test"), host);
    BOOST_TEST(!http::slug_of("a.kid.test", ""));
}

BOOST_AUTO_TEST_SUITE_END()
