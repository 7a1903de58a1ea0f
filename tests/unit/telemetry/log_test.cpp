#include "telemetry/log.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace {

namespace log = kidevent::log;
namespace data = boost::unit_test::data;
using kidevent::timestamp;

boost::json::object line_of(std::string_view body, std::vector<log::attribute> with) {
    const timestamp when{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1} + std::chrono::hours(9)};
    return boost::json::parse(log::format_line(log::level::warn, body, with, when)).as_object();
}

// What `write` prints on file descriptor 2.
template<class Write> std::string printed_by(Write write) {
    std::FILE* const file = std::tmpfile();
    const int kept = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    write();
    dup2(kept, STDERR_FILENO);
    close(kept);
    std::rewind(file);
    std::string text(65536, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
}

constexpr std::array<const char*, 19> masked{"password",        "db.app_password",
                                             "login_token",     "http.request.header.cookie",
                                             "Set-Cookie",      "secret",
                                             "Authorization",   "email",
                                             "guardian.email",  "name",
                                             "child.name",      "first_name",
                                             "firstName",       "fullname",
                                             "phone",           "address",
                                             "birth_date",      "client.address",
                                             "http.signing_key"};
constexpr std::array<const char*, 10> unmasked{"tenant",   "tenant_id",    "http.route", "attempts",
                                               "key",      "service.name", "pool.name",  "db.system.name",
                                               "filename", "error.type"};

} // namespace

BOOST_AUTO_TEST_SUITE(telemetry)

BOOST_AUTO_TEST_CASE(a_line_has_the_names_of_opentelemetry) {
    const auto line =
        line_of("worker started", {{"pool.name", "web"}, {"pid", 12}, {"ready", true}, {"load", 0.5}});
    BOOST_TEST(line.at("timestamp").as_string() == "2026-07-01T09:00:00Z");
    BOOST_TEST(line.at("severity_text").as_string() == "WARN");
    BOOST_TEST(line.at("severity_number").as_int64() == 13);
    BOOST_TEST(line.at("body").as_string() == "worker started");
    BOOST_TEST(line.at("service.name").as_string() == "kidevent");
    const auto& attributes = line.at("attributes").as_object();
    BOOST_TEST(attributes.at("pool.name").as_string() == "web");
    BOOST_TEST(attributes.at("pid").as_int64() == 12);
    BOOST_TEST(attributes.at("ready").as_bool());
    BOOST_TEST(attributes.at("load").as_double() == 0.5);
}

BOOST_AUTO_TEST_CASE(trace_and_span_stand_at_the_top_of_the_line) {
    const auto line =
        line_of("x", {{"trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"}, {"span_id", "00f067aa0ba902b7"}});
    BOOST_TEST(line.at("trace_id").as_string() == "4bf92f3577b34da6a3ce929d0e0e4736");
    BOOST_TEST(line.at("span_id").as_string() == "00f067aa0ba902b7");
    BOOST_TEST(line.at("attributes").as_object().empty());
}

BOOST_DATA_TEST_CASE(a_secret_or_personal_key_has_its_value_masked, data::make(masked)) {
    BOOST_TEST(line_of("x", {{sample, "Ada"}}).at("attributes").at(sample).as_string() == "***");
}

BOOST_DATA_TEST_CASE(any_other_key_keeps_its_value, data::make(unmasked)) {
    BOOST_TEST(line_of("x", {{sample, "Ada"}}).at("attributes").at(sample).as_string() == "Ada");
}

BOOST_AUTO_TEST_CASE(line_breaks_quotes_and_broken_utf8_cannot_break_a_line) {
    const timestamp when{};
    const std::string hostile = "a\n\"}\x1b\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80 \xd0\xb9";
    const std::vector<log::attribute> with{{"note", hostile}};
    const auto text = log::format_line(log::level::info, hostile, with, when);
    BOOST_TEST(text.find('\n') == std::string::npos);
    BOOST_TEST(text.find('\x1b') == std::string::npos);
    const auto line = boost::json::parse(text);
    std::string expected = "a\n\"}\x1b";
    for (int i = 0; i < 10; ++i)
        expected += "\xef\xbf\xbd";
    expected += " \xd0\xb9";
    BOOST_TEST(line.at("body").as_string() == expected);
    BOOST_TEST(line.at("attributes").at("note").as_string() == expected);
}

BOOST_AUTO_TEST_CASE(lines_below_the_level_are_not_written) {
    const auto text = printed_by([] {
        log::set_level(log::parse_level("warn"));
        log::info("dropped");
        log::warn("kept", {{"attempts", 2}});
        log::error("kept too");
        log::set_level(log::level::info);
    });
    BOOST_TEST(text.find("dropped") == std::string::npos);
    const auto end = text.find('\n');
    BOOST_REQUIRE(end != std::string::npos);
    BOOST_TEST(boost::json::parse(text.substr(0, end)).at("body").as_string() == "kept");
    BOOST_TEST(text.find("kept too") > end);
    BOOST_TEST(text.back() == '\n');
}

BOOST_AUTO_TEST_CASE(an_unknown_level_is_refused) {
    BOOST_CHECK_THROW(log::parse_level("loud"), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
