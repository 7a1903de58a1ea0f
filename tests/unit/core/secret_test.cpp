#include "core/secret.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

using kidevent::secret;

namespace {

// Memory of our own, so that it may be looked at when the object in it is gone.
struct place {
    alignas(secret) std::array<unsigned char, sizeof(secret)> bytes{};

    bool holds(const char* text) const {
        return std::search(bytes.begin(), bytes.end(), text, text + std::strlen(text)) != bytes.end();
    }
};

// Short enough to lie in the object itself.
constexpr const char* short_text = "hush-hush";

} // namespace

BOOST_AUTO_TEST_SUITE(core_secret)

BOOST_AUTO_TEST_CASE(a_secret_that_goes_leaves_nothing_behind) {
    place at;
    auto* const made = new (at.bytes.data()) secret{short_text};
    BOOST_TEST(made->reveal() == short_text);
    BOOST_TEST(at.holds(short_text));
    made->~secret();
    BOOST_TEST(!at.holds(short_text));
}

BOOST_AUTO_TEST_CASE(a_secret_that_was_moved_or_replaced_leaves_nothing_behind) {
    place at;
    auto* const made = new (at.bytes.data()) secret{short_text};
    const secret elsewhere{std::move(*made)};
    BOOST_TEST(elsewhere.reveal() == short_text);
    BOOST_TEST(!at.holds(short_text));
    *made = elsewhere;
    BOOST_TEST(at.holds(short_text));
    *made = secret{"new"};
    BOOST_TEST(made->reveal() == "new");
    BOOST_TEST(!at.holds("hush"));
    made->~secret();
}

BOOST_AUTO_TEST_CASE(copies_are_independent) {
    secret first{std::string(100, 'a')};
    const secret second = first;
    first = secret{"b"};
    BOOST_TEST(second.reveal() == std::string(100, 'a'));
    BOOST_TEST(first.reveal() == "b");
    BOOST_TEST(secret{}.empty());
}

BOOST_AUTO_TEST_SUITE_END()
