#include "scoreboard.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>

using namespace kidevent::host;
using kidevent::fastcgi::traffic;

BOOST_AUTO_TEST_SUITE(host_scoreboard)

BOOST_AUTO_TEST_CASE(what_a_worker_writes_the_master_reads) {
    scoreboard masters;
    const auto slot = masters.claim();
    BOOST_REQUIRE(slot.has_value());
    scoreboard workers(::dup(masters.descriptor()));
    workers.at(*slot).state = worker_state::ready;
    traffic::add(workers.at(*slot).traffic.requests_total, 3);
    BOOST_CHECK(masters.at(*slot).state == worker_state::ready);
    BOOST_TEST(masters.at(*slot).traffic.requests_total == 3U);
}

BOOST_AUTO_TEST_CASE(a_released_slot_is_cleared_before_it_is_used_again) {
    scoreboard board;
    const auto slot = board.claim();
    traffic::add(board.at(*slot).traffic.requests_total, 3);
    BOOST_TEST(board.claim().value() != *slot);
    board.release(*slot);
    BOOST_TEST(board.claim().value() == *slot);
    BOOST_TEST(board.at(*slot).traffic.requests_total == 0U);
    BOOST_CHECK(board.at(*slot).state == worker_state::starting);
}

BOOST_AUTO_TEST_CASE(there_are_only_so_many_slots) {
    scoreboard board;
    for (std::size_t i = 0; i < scoreboard::slots_max; ++i)
        BOOST_REQUIRE(board.claim().has_value());
    BOOST_TEST(!board.claim().has_value());
    BOOST_CHECK_THROW(board.at(scoreboard::slots_max), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(memory_of_another_layout_is_refused) {
    const int small = ::memfd_create("small", 0);
    BOOST_CHECK_THROW(scoreboard(::dup(small)), std::runtime_error);
    BOOST_REQUIRE(::ftruncate(small, 1 << 20) == 0);
    BOOST_CHECK_THROW(scoreboard(::dup(small)), std::runtime_error);
    ::close(small);
}

BOOST_AUTO_TEST_SUITE_END()
