#include "cache/memory_cache.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent::cache;

namespace {

remembered number(int value) { return {std::make_shared<const int>(value), &typeid(int), 0, {}, {}}; }

int value_of(const remembered* found) { return found ? *static_cast<const int*>(found->value.get()) : -1; }

} // namespace

BOOST_AUTO_TEST_SUITE(cache_memory)

BOOST_AUTO_TEST_CASE(what_was_used_least_recently_goes_first) {
    memory_cache memory{10000}; // room for eight of these
    for (int i = 0; i < 8; ++i)
        memory.insert("key " + std::to_string(i), number(i), 900);
    BOOST_TEST(memory.entries() == 8U);
    BOOST_TEST(value_of(memory.find("key 0")) == 0);
    memory.insert("key 8", number(8), 900);
    BOOST_TEST(value_of(memory.find("key 1")) == -1);
    BOOST_TEST(value_of(memory.find("key 0")) == 0);
    BOOST_TEST(memory.evictions() == 1U);
    BOOST_TEST(memory.bytes() <= 10000U);
}

BOOST_AUTO_TEST_CASE(it_stays_within_its_bytes_whatever_comes) {
    memory_cache memory{20000};
    for (int i = 0; i < 5000; ++i) {
        memory.insert("key " + std::to_string(i % 97), number(i), static_cast<std::size_t>(i * 37 % 4000));
        BOOST_REQUIRE(memory.bytes() <= 20000U);
        if (i % 3 == 0) memory.erase("key " + std::to_string(i % 89));
    }
    for (int i = 0; i < 97; ++i)
        memory.erase("key " + std::to_string(i));
    BOOST_TEST(memory.entries() == 0U);
    BOOST_TEST(memory.bytes() == 0U);
}

BOOST_AUTO_TEST_CASE(a_value_that_would_drive_out_all_others_is_not_kept) {
    memory_cache memory{10000};
    memory.insert("small", number(1), 100);
    memory.insert("small", number(2), 5000);
    BOOST_TEST(value_of(memory.find("small")) == -1); // the old one is gone all the same
    memory.insert("small", number(3), 100);
    memory.insert("small", number(4), 100);
    BOOST_TEST(value_of(memory.find("small")) == 4);
    BOOST_TEST(memory.entries() == 1U);
    memory_cache none{0};
    none.insert("key", number(1), 0);
    BOOST_TEST(none.entries() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
