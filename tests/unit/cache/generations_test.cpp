#include "cache/generations.hpp"

#include <kidevent/shared_memory.hpp>

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <set>
#include <thread>
#include <unistd.h>

using namespace kidevent;
using cache::generations;
using cache::topics;

namespace {

// Fixed, so that their topics do not happen to share a slot.
const tenant_id alpha{*parse_uuid("01890a5d-ac96-774b-bcce-b302099a8057")};
const tenant_id beta{*parse_uuid("01890a5d-ac96-774b-bcce-b302099a8058")};

std::shared_ptr<shared_region> region() { return make_shared_memory().generations; }

} // namespace

BOOST_AUTO_TEST_SUITE(cache_generations)

BOOST_AUTO_TEST_CASE(a_bump_is_seen_by_whoever_maps_the_memory) {
    const auto masters = region();
    generations here{masters};
    generations there{std::make_shared<shared_region>(::dup(masters->descriptor()), generations::bytes())};
    const topics events{alpha, {"events"}};
    const auto before = there.read(events);
    BOOST_CHECK(there.changed_at(events) == std::chrono::steady_clock::time_point{});
    here.bump(alpha, "events");
    BOOST_TEST(there.read(events) != before);
    BOOST_CHECK(there.changed_at(events) > std::chrono::steady_clock::now() - std::chrono::seconds{5});
}

BOOST_AUTO_TEST_CASE(what_expires_was_changed_elsewhere) {
    generations valid{region()};
    const topics events{alpha, {"events"}};
    const auto first = valid.read(events);
    valid.expire(alpha, "events");
    BOOST_TEST(valid.read(events) != first);
    BOOST_CHECK(valid.changed_at(events) == std::chrono::steady_clock::time_point{});
}

BOOST_AUTO_TEST_CASE(topics_and_tenants_are_apart_but_a_tenant_as_a_whole_is_in_each) {
    generations valid{region()};
    const topics events{alpha, {"events"}};
    const topics login{alpha, {"login:x", "accounts"}};
    const topics foreign{beta, {"events"}};
    const auto all = [&] { return std::array{valid.read(events), valid.read(login), valid.read(foreign)}; };
    const auto first = all();
    valid.bump(alpha, "accounts");
    const auto second = all();
    BOOST_TEST(second[0] == first[0]);
    BOOST_TEST(second[1] != first[1]);
    BOOST_TEST(second[2] == first[2]);
    valid.bump(alpha, "");
    const auto third = all();
    BOOST_TEST(third[0] != second[0]);
    BOOST_TEST(third[1] != second[1]);
    BOOST_TEST(third[2] == second[2]);
    valid.bump_all();
    for (std::size_t i = 0; i < 3; ++i)
        BOOST_TEST(all()[i] != third[i]);
}

BOOST_AUTO_TEST_CASE(no_bump_is_lost_among_many) {
    generations valid{region()};
    const topics events{alpha, {"events"}};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&valid] {
            for (int n = 0; n < 10000; ++n)
                valid.bump(alpha, "events");
        });
    for (auto& each : threads)
        each.join();
    BOOST_TEST(valid.read(events) == 40000U);
}

BOOST_AUTO_TEST_CASE(slots_are_the_same_in_every_version_and_well_spread) {
    const tenant_id fixed{*parse_uuid("01890a5d-ac96-774b-bcce-b302099a8057")};
    BOOST_TEST(cache::slot_of(fixed, "events") == cache::slot_of(fixed, "events"));
    std::set<cache::slot> met;
    for (int i = 0; i < 1000; ++i)
        met.insert(cache::slot_of({make_uuid()}, "events"));
    BOOST_TEST(met.size() > 950U); // 992 are to be expected
}

BOOST_AUTO_TEST_CASE(memory_of_another_version_is_refused) {
    const auto other = region();
    const std::uint64_t mark = 7;
    std::memcpy(other->bytes().data(), &mark, sizeof mark);
    BOOST_CHECK_THROW(generations{other}, std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
