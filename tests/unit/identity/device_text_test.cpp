#include "identity/device_text.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

using namespace kidevent::identity;

BOOST_AUTO_TEST_SUITE(identity_device_text)

BOOST_AUTO_TEST_CASE(a_browser_is_called_by_its_own_name_and_not_by_those_it_borrows) {
    const std::string webkit = " AppleWebKit/537.36 (KHTML, like Gecko) ";
    const std::pair<std::string, const char*> agents[] = {
        {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64)" + webkit + "Chrome/126.0 Safari/537.36 Edg/126.0",
         "Edge on Windows"},
        {"Mozilla/5.0 (Linux; Android 14; Pixel 8)" + webkit + "Chrome/126.0 Mobile Safari/537.36",
         "Chrome on Android"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)" + webkit
             + "Version/17.5 Mobile Safari/604.1",
         "Safari on iPhone"},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5)" + webkit + "Version/17.5 Safari/605.1.15",
         "Safari on macOS"},
        {"curl/8.5.0", "curl"},
        {"Something (Windows)", "a browser on Windows"},
        {"", ""},
        {"<script>alert(1)</script>", ""}};
    for (const auto& [agent, text] : agents)
        BOOST_TEST(device_text(agent) == text, agent);
    BOOST_TEST(device_text(std::string(10'000, 'x') + "SamsungBrowser/ Android")
               == "Samsung Internet on Android");
}

BOOST_AUTO_TEST_SUITE_END()
