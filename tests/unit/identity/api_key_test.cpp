#include "identity/api_key.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace {

using namespace kidevent;
using namespace kidevent::identity;

} // namespace

BOOST_AUTO_TEST_SUITE(identity_api_key)

BOOST_AUTO_TEST_CASE(a_key_is_found_by_the_pattern_that_scanners_look_for) {
    const boost::regex pattern{"ke_live_[0-9a-f]{32}_[a-z2-7]{52}[0-9a-f]{8}"};
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string key = make_api_key({make_uuid()});
        BOOST_TEST(boost::regex_match(key, pattern), key);
        seen.insert(key.substr(41));
    }
    BOOST_TEST(seen.size() == 100u);
}

BOOST_AUTO_TEST_CASE(a_key_tells_its_id_and_the_hash_of_all_of_it) {
    const api_key_id id{make_uuid()};
    const std::string key = make_api_key(id);
    const auto parsed = parse_api_key(key);
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST((parsed->id == id));
    BOOST_TEST((parsed->hash == crypto::sha256(key)));
}

BOOST_AUTO_TEST_CASE(a_key_with_any_one_character_changed_is_none) {
    const std::string key = make_api_key({make_uuid()});
    for (std::size_t at = 0; at < key.size(); ++at) {
        std::string changed = key;
        changed[at] = changed[at] == 'a' ? 'b' : 'a';
        BOOST_TEST(!parse_api_key(changed).has_value(), changed);
        BOOST_TEST(!parse_api_key(key.substr(0, at)).has_value());
    }
    BOOST_TEST(!parse_api_key(key + "0").has_value());
    BOOST_TEST(!parse_api_key("").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
