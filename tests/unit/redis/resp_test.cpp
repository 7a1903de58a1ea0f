#include "redis/resp.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace kidevent::redis;

namespace {

// How a reply would be written; bulk strings show their length.
std::string shown(const reply& of) {
    switch (of.is) {
    case reply::kind::null: return "null";
    case reply::kind::simple: return "+" + of.text;
    case reply::kind::error: return "-" + of.text;
    case reply::kind::integer: return ":" + std::to_string(of.number);
    case reply::kind::bulk: return "$" + std::to_string(of.text.size()) + of.text;
    case reply::kind::array: break;
    }
    std::string all = "[";
    for (const reply& each : of.items)
        all += shown(each) + ",";
    return all + "]";
}

// All replies of the bytes, fed in pieces of that size; ends with "!" where the parser gives up.
std::string parsed(std::string_view bytes, std::size_t piece, const reply_limits& limits = {}) {
    reply_parser parser{limits};
    std::string all;
    try {
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            parser.feed(bytes.substr(at, piece));
            while (const auto got = parser.next())
                all += shown(*got) + ";";
        }
    } catch (const protocol_error&) {
        all += "!";
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redis_resp)

BOOST_AUTO_TEST_CASE(replies_are_read_however_they_are_cut) {
    using namespace std::string_literals;
    const std::vector<std::pair<std::string, std::string>> table{
        {"+OK\r\n", "+OK;"},
        {"-ERR no such command\r\n", "-ERR no such command;"},
        {":-42\r\n:0\r\n", ":-42;:0;"},
        {"$0\r\n\r\n", "$0;"},
        {"$6\r\na\r\nb\r\n\r\n", "$6a\r\nb\r\n;"},
        {"$3\r\n\0\xff\n\r\n"s, "$3\0\xff\n;"s},
        {"$-1\r\n*-1\r\n", "null;null;"},
        {"*0\r\n", "[];"},
        {"*3\r\n$-1\r\n:7\r\n*2\r\n+a\r\n*0\r\n", "[null,:7,[+a,[],],];"},
        {"*2\r\n$1\r\na\r\n$1\r\nb\r\n+OK\r\n", "[$1a,$1b,];+OK;"},
    };
    for (const auto& [bytes, expected] : table)
        for (const std::size_t piece : {1, 2, 3, 5, 100})
            BOOST_TEST(parsed(bytes, piece) == expected);
}

BOOST_AUTO_TEST_CASE(what_is_no_reply_ends_the_conversation) {
    for (const char* bytes :
         {"HTTP/1.1 400 Bad Request\r\n", "\r\n", "$x\r\n", "$-2\r\n", "*-7\r\n", ":\r\n", ":1x\r\n", "$\r\n",
          "$2\r\nabc\r\n", "$99999999999999999999\r\n", "*1\r\n\x01\r\n", "#t\r\n"})
        for (const std::size_t piece : {1, 100})
            BOOST_TEST(parsed(bytes, piece) == "!", bytes);
}

BOOST_AUTO_TEST_CASE(garbage_is_known_by_its_first_byte) {
    BOOST_TEST(parsed("\x80 and so on, without an end of line", 1) == "!");
    BOOST_TEST(parsed("+OK\r\nHTTP/1.1 400", 1) == "+OK;!");
}

BOOST_AUTO_TEST_CASE(everything_that_a_server_could_make_large_is_bounded) {
    const reply_limits small{
        .line_bytes_max = 8, .bulk_bytes_max = 10, .items_max = 4, .depth_max = 2, .reply_bytes_max = 16};
    BOOST_TEST(parsed("+1234567\r\n", 1, small) == "+1234567;");
    BOOST_TEST(parsed("+12345678\r\n", 1, small) == "!");
    BOOST_TEST(parsed("+123456789", 1, small) == "!"); // before its end has come
    BOOST_TEST(parsed("$10\r\n1234567890\r\n", 3, small) == "$101234567890;");
    BOOST_TEST(parsed("$11\r\n", 3, small) == "!");
    BOOST_TEST(parsed("*5\r\n", 3, small) == "!");
    BOOST_TEST(parsed("*3\r\n*2\r\n", 3, small) == "!"); // five in all
    BOOST_TEST(parsed("*1\r\n*1\r\n*0\r\n", 3, small) == "!");
    BOOST_TEST(parsed("*2\r\n$7\r\n1234567\r\n$8\r\n", 3, small) == "!");
    // The bounds are of one reply, not of the conversation.
    BOOST_TEST(parsed("$9\r\n123456789\r\n$9\r\n123456789\r\n", 4, small) == "$9123456789;$9123456789;");
}

BOOST_AUTO_TEST_CASE(noise_neither_crashes_nor_invents) {
    std::minstd_rand chance{20261126};
    const std::string_view letters = "+-:$*0123456789\r\n\r\n\r\naZ";
    std::size_t replies = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string bytes;
        const auto length = chance() % 40;
        for (std::size_t i = 0; i < length; ++i)
            bytes += letters[chance() % letters.size()];
        const std::string whole = parsed(bytes, 1000);
        BOOST_TEST(parsed(bytes, 1) == whole);
        replies += whole.size() > 1;
    }
    BOOST_TEST(replies > 100U); // the table above would otherwise be all that was tried
}

BOOST_AUTO_TEST_CASE(a_command_holds_any_bytes) {
    std::string out;
    const std::vector<std::string> words{"SET", "key", std::string{"a\r\n\0b", 5}, ""};
    append_command(out, words);
    BOOST_TEST(out == std::string("*4\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\na\r\n\0b\r\n$0\r\n\r\n", 39));
    BOOST_TEST(parsed(out, 1) == "[$3SET,$3key,$5" + words[2] + ",$0,];");
}

BOOST_AUTO_TEST_SUITE_END()
