#include "crypto/envelope.hpp"

#include "crypto/base64url.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

namespace {

using namespace kidevent::crypto;

std::string key(const std::string& name, char filling) {
    return name + ':' + encode_base64url(std::string(32, filling));
}

constexpr field_context place{"tenant", "table", "column", "row"};

} // namespace

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_AUTO_TEST_CASE(what_was_sealed_opens_in_its_place) {
    const envelope sealing{{key("a", 'a')}};
    for (const std::string& plain : {std::string{}, std::string{"x"}, std::string(3000, '\0')})
        BOOST_TEST((sealing.open(place, sealing.seal(place, plain)) == plain));
}

BOOST_AUTO_TEST_CASE(what_was_sealed_opens_in_no_other_place) {
    const envelope sealing{{key("a", 'a')}};
    const std::string sealed = sealing.seal(place, "secret");
    const field_context others[] = {
        {"Tenant", "table", "column", "row"},
        {"tenant", "other", "column", "row"},
        {"tenant", "table", "other", "row"},
        {"tenant", "table", "column", "other"},
        {"tenant", "tablecolumn", "", "row"},
        {"tenanttable", "", "column", "row"},
        {"", "", "", ""},
    };
    for (const field_context& other : others)
        BOOST_TEST(!sealing.open(other, sealed));
}

BOOST_AUTO_TEST_CASE(parts_of_a_place_cannot_be_shifted_into_each_other) {
    const envelope sealing{{key("a", 'a')}};
    const std::string sealed = sealing.seal({"t", "5:table", "c", "r"}, "secret");
    BOOST_TEST(!sealing.open({"t7", ":5:table", "c", "r"}, sealed));
    BOOST_TEST(!sealing.open({"t", "5:table1:c", "", "r"}, sealed));
}

BOOST_AUTO_TEST_CASE(a_sealed_text_that_was_changed_anywhere_does_not_open) {
    const envelope sealing{{key("a", 'a'), key("b", 'b')}};
    const std::string sealed = sealing.seal(place, "secret");
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        std::string changed = sealed;
        changed[at] = changed[at] == 'b' ? 'c' : 'b';
        BOOST_TEST(!sealing.open(place, changed), "byte " << at);
        BOOST_TEST(!sealing.open(place, sealed.substr(0, at)), at << " bytes");
    }
    BOOST_TEST(!sealing.open(place, sealed + "A"));
}

BOOST_AUTO_TEST_CASE(the_same_text_is_sealed_differently_each_time) {
    const envelope sealing{{key("a", 'a')}};
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i)
        seen.insert(sealing.seal(place, "secret"));
    BOOST_TEST(seen.size() == 100u);
}

BOOST_AUTO_TEST_CASE(the_first_key_seals_and_all_of_them_open) {
    const envelope before{{key("old", 'o')}};
    const envelope after{{key("new", 'n'), key("old", 'o')}};
    const std::string by_old = before.seal(place, "secret");
    const std::string by_new = after.seal(place, "secret");
    BOOST_TEST(by_old.starts_with("e1.old."));
    BOOST_TEST(by_new.starts_with("e1.new."));
    BOOST_TEST(after.open(place, by_old).value() == "secret");
    BOOST_TEST(!before.open(place, by_new));
    BOOST_TEST(!after.is_current(by_old));
    BOOST_TEST(after.is_current(by_new));
    BOOST_TEST(!after.is_current("no sealed text"));
}

BOOST_AUTO_TEST_CASE(a_key_of_the_same_name_is_not_the_same_key) {
    const std::string sealed = envelope{{key("a", 'a')}}.seal(place, "secret");
    BOOST_TEST(!envelope({key("a", 'b')}).open(place, sealed));
    // Nor does a text open that names another key than the one that sealed it.
    const envelope both{{key("a", 'a'), key("b", 'a')}};
    BOOST_TEST(!both.open(place, "e1.b." + sealed.substr(5)));
}

BOOST_AUTO_TEST_CASE(without_a_key_nothing_is_sealed_and_it_says_so) {
    const envelope none{{}};
    BOOST_TEST(!none.has_key());
    BOOST_CHECK_THROW(none.seal(place, "secret"), no_encryption_key);
    BOOST_TEST(!none.open(place, envelope({key("a", 'a')}).seal(place, "secret")));
}

BOOST_AUTO_TEST_CASE(keys_are_read_in_both_alphabets_and_refused_when_malformed) {
    // 32 bytes of 0xfb spell "+/v7.." or "-_v7..".
    const std::string with_padding = "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=";
    const std::string of_urls = "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s";
    const std::string sealed = envelope({"a:" + with_padding}).seal(place, "secret");
    BOOST_TEST(envelope({"a:" + of_urls}).open(place, sealed).value() == "secret");
    const std::string good = encode_base64url(std::string(32, 'k'));
    const std::vector<std::string> malformed{"",
                                             good,
                                             ":" + good,
                                             "a.b:" + good,
                                             "a:",
                                             "a:" + good.substr(1),
                                             "a:" + good + "AA",
                                             "a:" + good.substr(0, 42) + "!"};
    for (const std::string& each : malformed)
        BOOST_CHECK_THROW(envelope({each}), std::invalid_argument);
    BOOST_CHECK_THROW(envelope({"a:" + good, "a:" + good}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_complaint_about_a_key_does_not_quote_it) {
    try {
        const envelope refused{{"name:almostAKeyButNotQuite"}};
        BOOST_ERROR("a malformed key was taken");
    } catch (const std::invalid_argument& complaint) {
        BOOST_TEST(std::string{complaint.what()}.find("almostAKey") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
