#include "http_client/address_guard.hpp"
#include "http_client/guarded_request.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent::http_client;

BOOST_AUTO_TEST_SUITE(http_client_guard)

BOOST_AUTO_TEST_CASE(only_addresses_of_the_public_internet_are_public) {
    for (const char* text :
         {"1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255",
          "100.128.0.0", "192.0.1.0", "198.20.0.1", "223.255.255.255", "11.0.0.0", "2606:4700::1",
          "2a00:1450:4001::1", "2001:4860:4860::8888", "3ffe::1"})
        BOOST_TEST(is_public_address(text), text);
    for (const char* text : {"0.0.0.0",
                             "0.1.2.3",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.1",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.254",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.1",
                             "192.0.2.1",
                             "192.88.99.1",
                             "192.168.0.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "198.51.100.1",
                             "203.0.113.1",
                             "224.0.0.1",
                             "239.1.1.1",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:10.0.0.1",
                             "::ffff:127.0.0.1",
                             "::ffff:8.8.8.8",
                             "::127.0.0.1",
                             "64:ff9b::a00:1",
                             "100::1",
                             "2001::1",
                             "2001:db8::1",
                             "2002:7f00:1::1",
                             "3fff::1",
                             "fc00::1",
                             "fd00:ec2::254",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1",
                             "",
                             "localhost",
                             "1.2.3",
                             "1.2.3.4.5",
                             "1.1.1.1 ",
                             "01.1.1.1",
                             "0x7f.1",
                             "2130706433",
                             "fe80::1%eth0"})
        BOOST_TEST(!is_public_address(text), text);
}

BOOST_AUTO_TEST_CASE(urls_are_https_and_name_a_public_host) {
    for (const char* url :
         {"https://receiver.example/hook", "https://receiver.example:8443/a?b=c", "https://1.1.1.1/"})
        BOOST_TEST(url_fault(url, false) == "", url);
    for (const char* url :
         {"http://receiver.example/", "ftp://receiver.example/", "https://", "https:///x", "receiver", "",
          "https://user:pw@receiver.example/", "https://receiver.example/#x", "https://10.0.0.1/",
          "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/",
          "https://receiver.example/\r\nX: y", "https://receiver.example/ x", "file:///etc/passwd",
          "https://receiver.example:99999/"})
        BOOST_TEST(url_fault(url, false) != "", url);
    BOOST_TEST(url_fault("http://127.0.0.1:8080/", true) == "");
}

BOOST_AUTO_TEST_CASE(names_and_numbers_that_lead_to_our_own_network_are_not_connected_to) {
    for (const char* url :
         {"https://localhost/", "https://127.1/", "https://0x7f000001/", "https://2130706433/",
          "https://0177.0.0.1/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:7f00:1]/"}) {
        const auto outcome = send({url, {}, "{}", std::chrono::milliseconds{500}, false, ""});
        BOOST_TEST(outcome.status == 0, url);
        const bool refused = outcome.error.find("not public") != std::string::npos
                             || outcome.error.find("private network") != std::string::npos;
        BOOST_TEST(refused, url << ": " << outcome.error);
    }
}

BOOST_AUTO_TEST_SUITE_END()
