#include "http/wiped_body.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string_view>

using namespace kidevent;

namespace {

// Long enough to lie outside of the object that holds it.
const std::string secret(100, 's');

bool is_zero(const char* memory, std::size_t length) {
    return std::all_of(memory, memory + length, [](char c) { return c == '\0'; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_wiped_body)

BOOST_AUTO_TEST_CASE(a_text_leaves_nothing_behind_not_even_beyond_its_end) {
    std::string body = secret;
    body.resize(10);
    const char* const memory = body.data();
    { const http::wiped_on_exit guard{body}; }
    BOOST_TEST(body.empty());
    BOOST_TEST(body.data() == memory);
    BOOST_TEST(is_zero(memory, body.capacity()));
}

BOOST_AUTO_TEST_CASE(every_text_of_a_document_is_overwritten_however_deep_it_lies) {
    auto body = boost::json::parse(R"({"password": ")" + secret + R"(", "n": 7, "list": [[{"code": ")"
                                   + secret + R"("}], null, "short"]})");
    const auto& password = body.at("password").as_string();
    const auto& code = body.at("list").at(0).at(0).at("code").as_string();
    const auto& small = body.at("list").at(2).as_string();
    { const http::wiped_on_exit guard{body}; }
    BOOST_TEST(is_zero(password.data(), secret.size()));
    BOOST_TEST(is_zero(code.data(), secret.size()));
    BOOST_TEST(is_zero(small.data(), 5));
    BOOST_TEST(body.at("n").as_int64() == 7);
}

BOOST_AUTO_TEST_SUITE_END()
