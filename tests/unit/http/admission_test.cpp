#include "core/task.hpp"
#include "http/admission.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <list>
#include <string>

using namespace kidevent;
using namespace std::chrono_literals;
using http::admission;
using http::tenant_share;
using http::urgency;

namespace {

const tenant_id alpha{make_uuid()};
const tenant_id beta{make_uuid()};

// An admission on a clock and a loop that the test turns. A request that was let in stays until the test ends
// it.
struct worker {
    explicit worker(admission::limits with)
        : doors(
            with, [this](std::coroutine_handle<> each) { ready.push_back(each); }, [this] { return now; }) {}
    ~worker() {
        doors.close();
        turn();
        inside.clear();
        turn();
    }

    struct visitor {
        std::string name;
        admission::place place;
    };

    task<> visit(std::string name, tenant_id of, tenant_share share, urgency how) {
        auto entering = doors.enter(of, share, how);
        auto entered = co_await entering;
        if (entered) {
            log += name + " ";
            inside.push_back({name, std::move(*entered)});
        } else {
            log += name + (entered.error().code == errc::overloaded ? "!503 " : "!429 ");
            retry_after = entered.error().retry_after_seconds;
        }
    }
    void come(const std::string& name, tenant_id of, tenant_share share = {}, urgency how = urgency::usual) {
        detach(visit(name, of, share, how));
        turn();
    }
    void leave(const std::string& name) {
        std::erase_if(inside, [&name](const visitor& each) { return each.name == name; });
        turn();
    }
    void turn() {
        while (!ready.empty()) {
            const auto next = ready.front();
            ready.pop_front();
            next.resume();
        }
    }
    std::string said() { return std::exchange(log, ""); }

    admission::instant now{1h};
    std::deque<std::coroutine_handle<>> ready;
    std::list<visitor> inside; // places do not move
    std::string log;
    int retry_after = 0;
    admission doors;
};

constexpr admission::limits roomy{.in_flight_max = 100, .reserved = 0, .waiting_max = 100, .wait = 1000ms};
constexpr admission::limits one_at_a_time{
    .in_flight_max = 1, .reserved = 0, .waiting_max = 100, .wait = 1000ms};

} // namespace

BOOST_AUTO_TEST_SUITE(http_admission)

BOOST_AUTO_TEST_CASE(who_fits_is_let_in_at_once_and_the_others_in_order) {
    worker one{{.in_flight_max = 2, .reserved = 0, .waiting_max = 10, .wait = 1000ms}};
    for (const char* each : {"a", "b", "c", "d"})
        one.come(each, alpha);
    BOOST_TEST(one.said() == "a b ");
    BOOST_TEST(one.doors.stats().waiting == 2U);
    one.leave("b");
    BOOST_TEST(one.said() == "c ");
    one.leave("a");
    BOOST_TEST(one.said() == "d ");
    BOOST_TEST(one.doors.stats().in_flight == 2U);
}

BOOST_AUTO_TEST_CASE(a_tenant_has_no_more_than_its_plan_allows_and_the_others_pass_it) {
    worker one{roomy};
    const tenant_share two_at_once{.in_flight_max = 2, .waiting_max = 1};
    for (const char* each : {"a1", "a2", "a3", "a4"})
        one.come(each, alpha, two_at_once);
    BOOST_TEST(one.said() == "a1 a2 a4!503 ");
    one.come("b1", beta, two_at_once);
    BOOST_TEST(one.said() == "b1 ");
    one.leave("b1");
    BOOST_TEST(one.said() == "");
    one.leave("a1");
    BOOST_TEST(one.said() == "a3 ");
}

BOOST_AUTO_TEST_CASE(a_flood_waits_behind_itself_and_not_before_the_others) {
    worker one{one_at_a_time};
    one.come("a0", alpha);
    for (int i = 1; i <= 5; ++i)
        one.come("a" + std::to_string(i), alpha);
    one.come("b1", beta);
    one.come("b2", beta);
    one.said();
    one.doors.charge(alpha, 10ms);
    std::string order;
    for (int i = 0; i < 4; ++i) {
        const std::string inside = one.inside.front().name;
        one.leave(inside);
        order += one.said();
    }
    BOOST_TEST(order == "b1 b2 a1 a2 ");
}

BOOST_AUTO_TEST_CASE(twice_the_weight_is_served_twice_as_often) {
    worker one{{.in_flight_max = 1, .reserved = 0, .waiting_max = 1000, .wait = 1000ms}};
    const tenant_share light{.weight = 10, .waiting_max = 100};
    const tenant_share heavy{.weight = 20, .waiting_max = 100};
    for (int i = 0; i < 60; ++i) {
        one.come("l", alpha, light);
        one.come("h", beta, heavy);
    }
    one.said();
    int served_light = 0;
    int served_heavy = 0;
    for (int i = 0; i < 60; ++i) {
        const bool was_light = one.inside.front().name == "l";
        one.doors.charge(was_light ? alpha : beta, 1ms);
        one.leave(one.inside.front().name);
        (one.said() == "l " ? served_light : served_heavy) += 1;
    }
    BOOST_TEST(served_light >= 18);
    BOOST_TEST(served_light <= 22);
    BOOST_TEST(served_light + served_heavy == 60);
}

BOOST_AUTO_TEST_CASE(a_pause_earns_no_credit) {
    worker one{one_at_a_time};
    one.come("b0", beta);
    one.leave("b0");
    for (int i = 0; i < 50; ++i) {
        one.come("a", alpha);
        one.doors.charge(alpha, 10ms);
        one.leave("a");
    }
    one.come("x", alpha);
    one.come("a1", alpha);
    one.come("b1", beta);
    one.come("b2", beta);
    one.come("b3", beta);
    one.said();
    one.leave("x");
    const std::string first = one.said();
    one.doors.charge(beta, 30ms);
    one.leave(one.inside.front().name);
    one.leave(one.inside.front().name);
    const std::string after = one.said();
    BOOST_TEST(first + after == "b1 a1 b2 ");
}

BOOST_AUTO_TEST_CASE(what_completes_something_has_room_kept_and_goes_first) {
    worker one{{.in_flight_max = 3, .reserved = 1, .waiting_max = 10, .wait = 1000ms}};
    for (const char* each : {"a", "b", "c"})
        one.come(each, alpha);
    BOOST_TEST(one.said() == "a b ");
    one.come("urgent", alpha, {}, urgency::urgent);
    BOOST_TEST(one.said() == "urgent ");
    one.come("urgent2", alpha, {}, urgency::urgent);
    BOOST_TEST(one.said() == "");
    one.leave("a");
    BOOST_TEST(one.said() == "urgent2 ");
}

BOOST_AUTO_TEST_CASE(who_waited_too_long_is_told_to_come_back) {
    worker one{one_at_a_time};
    one.come("a", alpha);
    one.come("b", alpha);
    one.now += 999ms;
    one.doors.sweep();
    one.turn();
    BOOST_TEST(one.said() == "a ");
    one.now += 1ms;
    one.doors.sweep();
    one.turn();
    BOOST_TEST(one.said() == "b!503 ");
    BOOST_TEST(one.retry_after == 1);
    BOOST_TEST(one.doors.stats().waiting == 0U);
    BOOST_TEST(one.doors.stats().refused_overload == 1U);
}

BOOST_AUTO_TEST_CASE(a_worker_has_only_so_many_waiting) {
    worker one{{.in_flight_max = 1, .reserved = 0, .waiting_max = 1, .wait = 1000ms}};
    one.come("a", alpha);
    one.come("b", alpha);
    one.come("c", beta);
    BOOST_TEST(one.said() == "a c!503 ");
}

BOOST_AUTO_TEST_CASE(database_time_above_the_plan_is_paid_back_before_more_is_given) {
    worker one{roomy};
    const tenant_share bounded{.database_milliseconds_per_second = 100};
    one.come("a", alpha, bounded);
    one.doors.charge(alpha, 200ms); // what may be saved in two seconds
    one.come("b", alpha, bounded);
    one.doors.charge(alpha, 300ms);
    one.come("c", alpha, bounded);
    BOOST_TEST(one.said() == "a b c!429 ");
    BOOST_TEST(one.retry_after == 3);
    one.now += 2999ms;
    one.come("d", alpha, bounded);
    one.now += 1ms;
    one.come("e", alpha, bounded);
    BOOST_TEST(one.said() == "d!429 e ");
    one.come("other", beta, bounded);
    BOOST_TEST(one.said() == "other ");
    BOOST_TEST(one.doors.stats().refused_plan == 2U);
}

BOOST_AUTO_TEST_CASE(a_changed_plan_counts_with_the_next_request) {
    worker one{roomy};
    one.come("a", alpha, {.in_flight_max = 1});
    one.come("b", alpha, {.in_flight_max = 1});
    BOOST_TEST(one.said() == "a ");
    one.come("c", alpha, {.in_flight_max = 3});
    BOOST_TEST(one.said() == "");
    one.leave("a");
    BOOST_TEST(one.said() == "b c ");
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_ever_at_the_end) {
    worker one{one_at_a_time};
    one.come("a", alpha);
    one.come("b", alpha);
    one.doors.close();
    one.turn();
    one.come("c", beta);
    BOOST_TEST(one.said() == "a b!503 c!503 ");
}

BOOST_AUTO_TEST_SUITE_END()
