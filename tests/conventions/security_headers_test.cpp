// The headers that browsers are held by stand in one table of the code; what nginx sends is compared with it,
// and both with the set that helmet made usual.

#include "http/security_headers.hpp"
#include "source_tree.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>

using namespace kidevent;
using namespace kidevent::conventions;

namespace {

// Those of nginx/security_headers.conf, by name.
std::map<std::string, std::string> headers_of_nginx() {
    static const boost::regex line(R"re(^add_header (\S+) "?([^"]*?)"? always;$)re");
    std::map<std::string, std::string> found;
    boost::smatch match;
    for (const auto& each : lines_of(read_text(source_root() / "nginx/security_headers.conf")))
        if (boost::regex_match(each, match, line)) {
            BOOST_TEST(!found.contains(match[1]), match[1] << " is there twice");
            found[match[1]] = match[2];
        }
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(security_headers)

BOOST_AUTO_TEST_CASE(nginx_says_of_files_what_the_table_says) {
    auto of_nginx = headers_of_nginx();
    for (const http::security_header& each : http::security_headers()) {
        BOOST_TEST(of_nginx[std::string{each.name}] == each.of_file, each.name);
        of_nginx.erase(std::string{each.name});
    }
    BOOST_TEST(of_nginx["Strict-Transport-Security"] == "$strict_transport");
    BOOST_TEST(of_nginx.size() == 1U);
    const auto configuration = read_text(source_root() / "nginx/kidevent.conf.in");
    BOOST_TEST(configuration.find("on \"" + std::string{http::strict_transport} + "\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_that_helmet_sends_by_default_is_missing) {
    for (const char* name :
         {"Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
          "Origin-Agent-Cluster", "Referrer-Policy", "X-Content-Type-Options", "X-DNS-Prefetch-Control",
          "X-Download-Options", "X-Frame-Options", "X-Permitted-Cross-Domain-Policies", "X-XSS-Protection"}) {
        const auto table = http::security_headers();
        BOOST_TEST(std::count_if(table.begin(), table.end(),
                                 [name](const http::security_header& each) { return each.name == name; })
                       == 1,
                   name);
    }
}

// A location that passes to the workers and adds headers of its own would send them twice.
BOOST_AUTO_TEST_CASE(no_location_that_passes_to_the_workers_adds_headers) {
    const auto configuration = read_text(source_root() / "nginx/kidevent.conf.in");
    static const boost::regex location(R"(location [^{]*\{([^{}]|\{[^{}]*\})*\})");
    int passing = 0;
    for (boost::sregex_iterator each{configuration.begin(), configuration.end(), location}, end; each != end;
         ++each) {
        const std::string text = each->str();
        if (text.find("fastcgi_pass") == std::string::npos) continue;
        ++passing;
        BOOST_TEST(text.find("add_header") == std::string::npos, text);
        BOOST_TEST(text.find("security_headers.conf") == std::string::npos, text);
    }
    BOOST_TEST(passing >= 3);
}

BOOST_AUTO_TEST_SUITE_END()
