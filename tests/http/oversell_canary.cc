// Proves that the race test would notice: the same race with an allocator that was built without its lock, on
// a database without the constraint behind it, must sell more places than there are.

#include "http/registration_race.hpp"

using namespace kidevent::tests;

BOOST_FIXTURE_TEST_CASE(an_allocator_without_its_lock_oversells, two_organisations) {
    superuser.execute("alter table sessions drop constraint sessions_not_oversold");
    registration_race race{*this};
    bool oversold = false;
    for (int round = 0; round < 10 && !oversold; ++round) {
        const auto seen = race.run();
        oversold = seen.registrations > racing_places + 2;
        BOOST_TEST_MESSAGE(seen.registrations << " of " << racing_places + 2 << " places were sold");
    }
    BOOST_TEST(oversold);
}
