#include "fastcgi/encoder.hpp"
#include "records.hpp"

#include <boost/test/unit_test.hpp>

#include <numeric>
#include <string>

using namespace kidevent::fastcgi;
using namespace kidevent::fastcgi::test;
using namespace std::string_literals;

namespace {

std::string joined(const outgoing& from) {
    return std::accumulate(from.pieces.begin(), from.pieces.end(), std::string(),
                           [](std::string left, std::string_view piece) { return left.append(piece); });
}

kidevent::response answer_with(int status, std::vector<kidevent::header> headers, std::string body = "") {
    kidevent::response answer;
    answer.status = status;
    answer.headers = std::move(headers);
    answer.body = std::move(body);
    return answer;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fastcgi_encoder)

BOOST_AUTO_TEST_CASE(a_head_is_status_headers_and_length) {
    const auto head =
        encode_head(answer_with(201, {{"Location", "/x"}, {"Set-Cookie", "a"}, {"Set-Cookie", "b"}}, "1234"));
    BOOST_TEST(
        head.value()
        == "Status: 201\r\nLocation: /x\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 4\r\n\r\n");
    BOOST_TEST(encode_head(answer_with(204, {})).value() == "Status: 204\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(headers_of_the_front_are_left_out) {
    const auto head = encode_head(
        answer_with(200, {{"content-length", "9"}, {"STATUS", "1"}, {"Transfer-Encoding", "chunked"}}));
    BOOST_TEST(head.value() == "Status: 200\r\nContent-Length: 0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_head_that_would_split_the_response_is_refused) {
    BOOST_TEST(!encode_head(answer_with(200, {{"Location", "/x\r\nSet-Cookie: evil"}})).has_value());
    BOOST_TEST(!encode_head(answer_with(200, {{"Location", "/x\ny"}})).has_value());
    BOOST_TEST(!encode_head(answer_with(200, {{"Location", "a\0b"s}})).has_value());
    BOOST_TEST(!encode_head(answer_with(200, {{"Bad: Name", "x"}})).has_value());
    BOOST_TEST(!encode_head(answer_with(200, {{"Bad\r\nName", "x"}})).has_value());
    BOOST_TEST(!encode_head(answer_with(200, {{"", "x"}})).has_value());
    BOOST_TEST(!encode_head(answer_with(20, {})).has_value());
}

BOOST_AUTO_TEST_CASE(a_small_answer_is_one_stdout_record_and_its_end) {
    outgoing to;
    encode_output(to, 258, "head;", "body", {true, false, 0, protocol_status::request_complete});
    BOOST_TEST(joined(to)
               == record(6, 258, "head;body") + record(6, 258, "") + record(3, 258, std::string(8, '\0')));
    BOOST_TEST(to.pieces.size() == 4U);
    BOOST_TEST(static_cast<const void*>(to.pieces[2].data()) == static_cast<const void*>(to.body.data()));
}

BOOST_AUTO_TEST_CASE(long_answers_are_cut_into_records_and_lose_nothing) {
    for (const std::size_t size : {0U, 1U, 65522U, 65523U, 65524U, 65535U, 131056U, 1000000U}) {
        BOOST_TEST_CONTEXT(size) {
            std::string text(size, '\0');
            for (std::size_t i = 0; i < size; ++i)
                text[i] = static_cast<char>(i * 7 % 251);
            outgoing to;
            encode_output(to, 1, "head;", text, {true, false, 0, protocol_status::request_complete});
            const auto bytes = joined(to);
            BOOST_TEST((output_of(bytes, 1) == "head;" + text));
            BOOST_TEST(end_of(bytes, 1) == "0/0");
            for (const auto& one : split_records(bytes))
                BOOST_TEST(one.content.size() <= 65535U);
            BOOST_TEST(split_records(bytes).size() == (size + 5 + 65527) / 65528 + 2);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_last_answer_on_a_connection_is_followed_by_an_empty_record) {
    outgoing to;
    encode_output(to, 1, "h", "", {true, true, 0, protocol_status::request_complete});
    BOOST_TEST(joined(to).ends_with(record(3, 1, std::string(8, '\0')) + record(10, 0, "")));
}

BOOST_AUTO_TEST_CASE(values_are_answered_for_the_known_names_only) {
    const param names[] = {{"FCGI_MPXS_CONNS", ""}, {"FCGI_MAX_CONNS", ""}, {"OTHER", ""}};
    outgoing to;
    encode_values(to, names, 1024, 65536);
    BOOST_TEST(joined(to) == record(10, 0, pair("FCGI_MAX_CONNS", "1024") + pair("FCGI_MPXS_CONNS", "1")));
}

BOOST_AUTO_TEST_CASE(an_unknown_type_is_named) {
    outgoing to;
    encode_unknown_type(to, 99);
    BOOST_TEST(joined(to) == record(11, 0, "c" + std::string(7, '\0')));
}

BOOST_AUTO_TEST_SUITE_END()
