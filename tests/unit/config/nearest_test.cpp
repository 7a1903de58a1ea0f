#include "config/nearest.hpp"

#include <boost/test/unit_test.hpp>

using kidevent::config::edit_distance;
using kidevent::config::find_nearest;

BOOST_AUTO_TEST_SUITE(config)

BOOST_AUTO_TEST_CASE(the_edit_distance_counts_insertions_deletions_substitutions_and_swaps) {
    BOOST_TEST(edit_distance("", "") == 0u);
    BOOST_TEST(edit_distance("", "abc") == 3u);
    BOOST_TEST(edit_distance("kitten", "sitting") == 3u);
    BOOST_TEST(edit_distance("host", "hots") == 1u);
    BOOST_TEST(edit_distance("port", "prot") == 1u);
}

BOOST_AUTO_TEST_CASE(the_nearest_word_is_found_when_it_is_close_and_not_when_nothing_is) {
    BOOST_TEST(find_nearest("tenat", {"user", "tenant", "event"}).value() == "tenant");
    BOOST_TEST(!find_nearest("zebra", {"user", "tenant", "event"}));
    BOOST_TEST(!find_nearest("x", {}));
}

BOOST_AUTO_TEST_SUITE_END()
