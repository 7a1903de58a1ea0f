#include "http/router.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using kidevent::http::route_match;
using kidevent::http::router;

namespace {

router make_router() {
    router out;
    out.add("GET", "/", 0);
    out.add("GET", "/events", 1);
    out.add("POST", "/events", 2);
    out.add("GET", "/events/{event_id}", 3);
    out.add("GET", "/events/search", 4);
    out.add("PUT", "/events/{event_id}/publication", 5);
    out.add("GET", "/events/search/recent", 6);
    out.add("DELETE", "/a/{one}/b/{two}/c/{three}/{four}", 7);
    out.add("GET", "/api", 8);
    out.add("GET", "/days/today/{part}/list", 9);
    out.add("GET", "/days/{day}/{part}", 10);
    return out;
}

// "index parameters..", "405 allow" or "404".
std::string answer_of(std::string_view method, std::string_view path) {
    static const router routes = make_router();
    const route_match match = routes.match(method, path);
    if (match.is == route_match::outcome::not_found) return "404";
    if (match.is == route_match::outcome::method_not_allowed) return "405 " + std::string{match.allow};
    std::string out = std::to_string(match.index);
    for (std::size_t i = 0; i < match.parameters_count; ++i)
        out += " " + std::string{match.parameters[i]};
    return out;
}

std::string fault_of(std::string_view method, std::string_view pattern) {
    router routes = make_router();
    try {
        routes.add(method, pattern, 99);
    } catch (const std::logic_error& why) {
        return why.what();
    }
    return "accepted";
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_router)

BOOST_AUTO_TEST_CASE(a_path_finds_its_row_and_its_parameters) {
    BOOST_TEST(answer_of("GET", "/") == "0");
    BOOST_TEST(answer_of("GET", "/events") == "1");
    BOOST_TEST(answer_of("POST", "/events") == "2");
    BOOST_TEST(answer_of("GET", "/events/42") == "3 42");
    BOOST_TEST(answer_of("PUT", "/events/42/publication") == "5 42");
    BOOST_TEST(answer_of("DELETE", "/a/1/b/2/c/3/4") == "7 1 2 3 4");
}

BOOST_AUTO_TEST_CASE(a_literal_segment_wins_over_a_parameter) {
    BOOST_TEST(answer_of("GET", "/events/search") == "4");
    BOOST_TEST(answer_of("GET", "/events/searches") == "3 searches");
    BOOST_TEST(answer_of("GET", "/events/search/recent") == "6");
}

BOOST_AUTO_TEST_CASE(a_literal_that_leads_nowhere_gives_way_to_the_parameter) {
    BOOST_TEST(answer_of("PUT", "/events/search/publication") == "5 search");
    // What the way that led nowhere had taken for a parameter is forgotten.
    BOOST_TEST(answer_of("GET", "/days/today/noon") == "10 today noon");
}

BOOST_AUTO_TEST_CASE(another_method_is_told_which_ones_there_are) {
    BOOST_TEST(answer_of("DELETE", "/events") == "405 GET, HEAD, POST");
    BOOST_TEST(answer_of("GET", "/events/42/publication") == "405 PUT");
    BOOST_TEST(answer_of("FOO", "/api") == "405 GET, HEAD");
    BOOST_TEST(answer_of("get", "/api") == "405 GET, HEAD");
}

BOOST_AUTO_TEST_CASE(everything_else_is_not_found) {
    for (const char* path : {"", "events", "/event", "/events/", "/events/42/", "/events//publication",
                             "/events/42/x", "/a", "/a/1", "/EVENTS", "/api/", "/apix"})
        BOOST_TEST(answer_of("GET", path) == "404", path);
}

BOOST_AUTO_TEST_CASE(a_route_that_is_wrong_is_refused_at_start) {
    BOOST_TEST(fault_of("GET", "/events") == "route /events: GET is there already");
    BOOST_TEST(fault_of("GET", "/events/{other_name}") == "route /events/{other_name}: GET is there already");
    BOOST_TEST(fault_of("GET", "events") == "route events: must begin with '/'");
    BOOST_TEST(fault_of("GET", "") == "route : must begin with '/'");
    BOOST_TEST(fault_of("GET", "/a//b") == "route /a//b: has an empty segment");
    BOOST_TEST(fault_of("GET", "/a/") == "route /a/: has an empty segment");
    BOOST_TEST(fault_of("GET", "/a/x{b}") == "route /a/x{b}: a parameter takes a whole segment: x{b}");
    BOOST_TEST(fault_of("GET", "/a/{}") == "route /a/{}: a parameter takes a whole segment: {}");
    BOOST_TEST(fault_of("GET", "/{a}/{b}/{c}/{d}/{e}")
               == "route /{a}/{b}/{c}/{d}/{e}: has too many parameters");
    BOOST_TEST(fault_of("HEAD", "/x") == "route /x: needs a method other than HEAD");
}

BOOST_AUTO_TEST_SUITE_END()
