#include "crypto/hmac.hpp"
#include "http/cursor.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace kidevent;
using http::cursor_scope;
using http::cursor_signer;

namespace {

cursor_signer signer_with(std::string key) {
    return cursor_signer{
        [key = std::move(key)](std::string_view text) { return crypto::hmac_sha256(key, text); }};
}

const cursor_signer& signer() {
    static const cursor_signer one = signer_with("a key of thirty-two bytes or more");
    return one;
}

constexpr cursor_scope scope{"tenant-1", "list_events", "from=2026-07-01"};

bool is_refused(const cursor_scope& in, std::string_view cursor, const cursor_signer& by = signer()) {
    const auto parts = by.decode(in, cursor);
    if (parts.has_error()) BOOST_TEST((parts.error().code == errc::invalid_cursor));
    return parts.has_error();
}

int limit_of(const std::string& query) {
    return http::page_limit(http::query_string::parse(query).value()).value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_cursor)

BOOST_AUTO_TEST_CASE(a_cursor_holds_while_its_key_is_believed_and_no_longer) {
    const auto mac_under = [](const std::string& key) -> cursor_signer::mac {
        return [key](std::string_view text) { return crypto::hmac_sha256(key, text); };
    };
    const std::string before = "a key of thirty-two bytes or more";
    const std::string next = "the next key of thirty-two bytes..";
    const auto cursor = signer().encode(scope, {"2026-07-01", "7"});
    const cursor_signer rotated{mac_under(next), {mac_under(before)}};
    BOOST_TEST(rotated.decode(scope, cursor).value() == (std::vector<std::string>{"2026-07-01", "7"}),
               boost::test_tools::per_element());
    // What it hands out itself is under the next key.
    BOOST_TEST(!is_refused(scope, rotated.encode(scope, {"x"}), signer_with(next)));
    BOOST_TEST(is_refused(scope, rotated.encode(scope, {"x"})));
    BOOST_TEST(is_refused(scope, cursor, signer_with(next)));
    // On machines that do not sign with it yet.
    const cursor_signer warned{mac_under(before), {mac_under(next)}};
    BOOST_TEST(!is_refused(scope, rotated.encode(scope, {"x"}), warned));
}

BOOST_AUTO_TEST_CASE(a_cursor_gives_back_its_parts) {
    const std::vector<std::string> parts{"2026-07-01T09:00:00Z", "", std::string("a\0b", 3), "ä"};
    const std::string cursor = signer().encode(scope, parts);
    BOOST_TEST(signer().decode(scope, cursor).value() == parts);
    BOOST_TEST(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
               == std::string::npos);
    BOOST_TEST(signer().decode(scope, signer().encode(scope, {})).value().empty());
}

BOOST_AUTO_TEST_CASE(a_cursor_is_of_use_only_where_it_was_made) {
    const std::string cursor = signer().encode(scope, {"x"});
    BOOST_TEST(!is_refused(scope, cursor));
    BOOST_TEST(is_refused({"tenant-2", "list_events", "from=2026-07-01"}, cursor));
    BOOST_TEST(is_refused({"tenant-1", "list_sessions", "from=2026-07-01"}, cursor));
    BOOST_TEST(is_refused({"tenant-1", "list_events", ""}, cursor));
    // The same letters, cut elsewhere.
    BOOST_TEST(is_refused({"tenant-1l", "ist_events", "from=2026-07-01"}, cursor));
    BOOST_TEST(is_refused(scope, cursor, signer_with("another key of thirty-two bytes!")));
}

BOOST_AUTO_TEST_CASE(a_cursor_with_one_letter_changed_is_refused) {
    const std::string cursor = signer().encode(scope, {"2026-07-01", "7"});
    for (std::size_t i = 0; i < cursor.size(); ++i) {
        std::string forged = cursor;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        BOOST_TEST(is_refused(scope, forged), "letter " << i);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_cursor_is_refused) {
    const std::string cursor = signer().encode(scope, {"x"});
    for (const std::string& text :
         {std::string{}, std::string{"x"}, cursor + "=", cursor + "A", cursor.substr(1),
          cursor.substr(0, cursor.size() - 1), cursor + " ", std::string(1025, 'A'), std::string(64, 'A'),
          std::string{"../../etc/passwd"}})
        BOOST_TEST(is_refused(scope, text), text);
}

BOOST_AUTO_TEST_CASE(a_sort_key_that_does_not_fit_is_our_own_fault) {
    BOOST_CHECK_THROW(signer().encode(scope, {std::string(800, 'x')}), std::length_error);
    BOOST_CHECK_THROW(signer().encode(scope, {std::string(70000, 'x')}), std::length_error);
    BOOST_CHECK_THROW(signer().encode(scope, std::vector<std::string>(9)), std::length_error);
}

BOOST_AUTO_TEST_CASE(pages_have_1_to_100_rows_and_20_when_nobody_asks) {
    BOOST_TEST(limit_of("") == 20);
    BOOST_TEST(limit_of("limit=1") == 1);
    BOOST_TEST(limit_of("limit=100") == 100);
    for (const char* query : {"limit=0", "limit=101", "limit=", "limit=x", "limit=-1"})
        BOOST_TEST(http::page_limit(http::query_string::parse(query).value()).has_error(), query);
}

BOOST_AUTO_TEST_SUITE_END()
