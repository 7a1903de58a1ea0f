#include "http/accept.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;

namespace {

bool accepts(const std::string& accept, std::string_view type = "application/json") {
    request made;
    made.headers.push_back({"accept", accept});
    return http::accepts(made, type);
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_accept)

BOOST_AUTO_TEST_CASE(what_the_client_names_is_given) {
    BOOST_TEST(http::accepts(request{}, "application/json"));
    for (const char* good :
         {"*/*", "application/json", "application/*", "APPLICATION/JSON", "application/json;charset=utf-8",
          "text/html, application/json;q=0.1",
          "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", "nonsense", ",", ";q=0",
          "application/json;q=1.0", "text/html;q=0, application/json"})
        BOOST_TEST(accepts(good), good);
    BOOST_TEST(accepts("text/event-stream", "text/event-stream"));
    BOOST_TEST(accepts("text/html", "text/html; charset=utf-8"));
}

BOOST_AUTO_TEST_CASE(what_the_client_leaves_out_or_refuses_is_not) {
    for (const char* bad :
         {"text/html", "text/*", "application/xml", "application/json;q=0", "application/json; q=0.000",
          "*/*, application/json;q=0", "application/jsonx", "image/png, text/html;q=0.5", "*/*;q=0"})
        BOOST_TEST(!accepts(bad), bad);
    // The closest range decides, wherever it stands.
    BOOST_TEST(accepts("application/json, */*;q=0"));
    BOOST_TEST(!accepts("application/*;q=0, */*"));
}

BOOST_AUTO_TEST_CASE(several_lines_are_one_list) {
    request made;
    made.headers = {{"Accept", "text/html"}, {"Accept", "application/json"}};
    BOOST_TEST(http::accepts(made, "application/json"));
    BOOST_TEST(!http::accepts(made, "text/event-stream"));
}

BOOST_AUTO_TEST_CASE(what_the_client_likes_better_is_known) {
    const auto prefers_page = [](const std::string& accept) {
        request made;
        made.headers.push_back({"Accept", accept});
        return http::prefers(made, "text/html", "application/json");
    };
    for (const char* browser :
         {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "text/html", "text/*",
          "application/json;q=0.9, text/html;q=0.91", "text/html;q=0.5, */*;q=0", "text/html, */*;q=0.999"})
        BOOST_TEST(prefers_page(browser), browser);
    for (const char* program : {"*/*", "application/json", "", "nonsense", "text/html, application/json",
                                "application/json, text/*;q=0.9", "text/html;q=0.5, application/json;q=0.50",
                                "text/html;q=0, */*", "*/*, text/html;q=0.1"})
        BOOST_TEST(!prefers_page(program), program);
    BOOST_TEST(!http::prefers(request{}, "text/html", "application/json"));
}

BOOST_AUTO_TEST_SUITE_END()
