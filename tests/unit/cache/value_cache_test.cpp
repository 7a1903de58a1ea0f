#include "cache/value_cache.hpp"

#include <kidevent/shared_memory.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <deque>

using namespace kidevent;
using namespace std::chrono_literals;
using cache::loaded;
using cache::topics;
using std::chrono::steady_clock;

namespace {

// Holds loaders until the test lets them go on.
struct gate {
    std::vector<std::coroutine_handle<>> held;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { held.push_back(waiting); }
    void await_resume() const noexcept {}
    void open() {
        for (const auto each : std::exchange(held, {}))
            each.resume();
    }
};

struct outcome {
    int value = 0; // 0: nothing was found
    bool failed = false;
    bool done = false;
};

struct fixture {
    steady_clock::time_point now{1h};
    double chance = 0.999999;
    std::deque<std::function<void()>> posted;
    cache::generations valid{make_shared_memory().generations};
    cache::value_cache values{1000000,
                              valid,
                              {[this] { return now; }, [this] { return chance; },
                               [this](std::function<void()> then) { posted.push_back(std::move(then)); }}};
    gate loaders;
    int loads = 0;
    const tenant_id alpha{*parse_uuid("01890a5d-ac96-774b-bcce-b302099a8057")};
    const topics events{alpha, {"events"}};
    std::string key = cache::key_of(alpha, "number", "x");

    static task<loaded> load_number(fixture& at, int value, bool fails) {
        ++at.loads;
        co_await at.loaders;
        if (fails) throw std::runtime_error("the database is away");
        if (value == 0) co_return loaded{};
        co_return loaded{std::make_shared<const int>(value), 4, 1000ms};
    }
    static task<> get_into(fixture& at, std::string key, topics depends_on, int value, bool fails,
                           outcome& into) {
        if (const auto known = at.values.find<int>(key, depends_on)) {
            into = {*known, false, true};
            co_return;
        }
        try {
            auto loading = at.values.load(key, depends_on, load_number(at, value, fails));
            const loaded got = co_await loading;
            into.value = got.is_empty() ? 0 : *got.as<int>();
        } catch (const std::runtime_error&) {
            into.failed = true;
        }
        into.done = true;
    }
    void begin(outcome& into, int value, bool fails = false) {
        detach(get_into(*this, key, events, value, fails, into));
    }
    void finish_all() {
        loaders.open();
        while (!posted.empty()) {
            const auto next = std::move(posted.front());
            posted.pop_front();
            next();
        }
    }
    // Asks and lets every loader end; what would be loaded is `value`.
    outcome get(int value, bool fails = false) {
        outcome got;
        begin(got, value, fails);
        finish_all();
        return got;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(cache_values, fixture)

BOOST_AUTO_TEST_CASE(a_value_is_loaded_once_and_used_until_its_time_is_over) {
    BOOST_TEST(get(1).value == 1);
    now += 899ms; // jitter takes up to a tenth
    chance = 1;
    BOOST_TEST(get(2).value == 1);
    now += 101ms;
    BOOST_TEST(get(3).value == 3);
    BOOST_TEST(loads == 2);
    BOOST_TEST(values.stats().hits == 1U);
    BOOST_TEST(values.stats().misses == 2U);
}

BOOST_AUTO_TEST_CASE(one_loads_and_the_others_wait) {
    std::array<outcome, 50> got;
    for (auto& each : got)
        begin(each, 7);
    BOOST_TEST(loads == 1);
    BOOST_TEST(!got[0].done);
    finish_all();
    for (const auto& each : got)
        BOOST_TEST((each.done && each.value == 7));
    BOOST_TEST(values.stats().waits == 49U);
}

BOOST_AUTO_TEST_CASE(a_loader_that_fails_fails_everybody_who_waited_once) {
    std::array<outcome, 3> got;
    for (auto& each : got)
        begin(each, 7, true);
    finish_all();
    for (const auto& each : got)
        BOOST_TEST((each.done && each.failed));
    BOOST_TEST(loads == 1);
    BOOST_TEST(get(8).value == 8);
    BOOST_TEST(loads == 2);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_remembered) {
    BOOST_TEST(get(0).value == 0);
    BOOST_TEST(get(5).value == 5);
}

BOOST_AUTO_TEST_CASE(a_change_makes_remembered_values_unusable_at_once) {
    get(1);
    valid.bump(alpha, "events");
    BOOST_TEST(get(2).value == 2);
    valid.bump(alpha, "");
    BOOST_TEST(get(3).value == 3);
    valid.bump_all();
    BOOST_TEST(get(4).value == 4);
    valid.bump(alpha, "accounts");
    BOOST_TEST(get(5).value == 4);
}

BOOST_AUTO_TEST_CASE(a_value_whose_load_began_before_a_change_is_not_kept) {
    outcome before;
    begin(before, 1);
    valid.bump(alpha, "events");
    finish_all();
    BOOST_TEST(before.value == 1); // it was asked for before the change
    BOOST_TEST(get(2).value == 2);
}

BOOST_AUTO_TEST_CASE(in_doubt_nothing_is_used_that_was_loaded_or_asked_for_before) {
    get(1);
    values.forget_all();
    outcome on_its_way;
    begin(on_its_way, 2);
    values.forget_all();
    finish_all();
    BOOST_TEST(on_its_way.value == 2);
    BOOST_TEST(get(3).value == 3);
    BOOST_TEST(get(4).value == 3);
}

BOOST_AUTO_TEST_CASE(who_comes_after_a_change_does_not_wait_for_a_loader_that_began_before) {
    outcome before;
    outcome after;
    outcome later;
    begin(before, 1);
    valid.bump(alpha, "events");
    begin(after, 2);
    begin(later, 3);
    BOOST_TEST(loads == 2);
    finish_all();
    BOOST_TEST(before.value == 1);
    BOOST_TEST(after.value == 2);
    BOOST_TEST(later.value == 2);
    BOOST_TEST(get(4).value == 2);
}

BOOST_AUTO_TEST_CASE(a_value_that_is_used_is_loaded_before_its_time_is_over_by_one) {
    outcome slow;
    chance = 0; // no jitter
    begin(slow, 1);
    now += 100ms; // what the load takes
    finish_all();
    now += 800ms; // 100 ms are left, what a load takes: the chance is 1/e
    chance = std::exp(-1.0) + 0.001;
    BOOST_TEST(get(2).value == 1);
    chance = std::exp(-1.0) - 0.001;
    outcome early;
    outcome meanwhile;
    begin(early, 3);
    begin(meanwhile, 4);
    BOOST_TEST(!early.done);
    BOOST_TEST(meanwhile.value == 1); // the old one is good while the new one comes
    finish_all();
    BOOST_TEST(early.value == 3);
    BOOST_TEST(values.stats().early == 1U);
    chance = 0.999;
    BOOST_TEST(get(5).value == 3);
}

BOOST_AUTO_TEST_CASE(an_early_load_that_fails_takes_nothing_away) {
    outcome slow;
    chance = 0;
    begin(slow, 1);
    now += 100ms;
    finish_all();
    now += 850ms;
    const auto got = get(2, true);
    BOOST_TEST(loads == 2);
    BOOST_TEST((got.value == 1 && !got.failed));
}

BOOST_AUTO_TEST_CASE(the_same_name_at_another_tenant_or_of_another_kind_is_another_value) {
    get(1);
    const tenant_id beta{make_uuid()};
    BOOST_TEST(!values.find<int>(cache::key_of(beta, "number", "x"), topics(beta, {"events"})));
    BOOST_TEST(!values.find<int>(cache::key_of(alpha, "numbe", "rx"), events));
    BOOST_TEST(*values.find<int>(cache::key_of(alpha, "number", "x"), events) == 1);
    BOOST_CHECK_THROW(values.find<std::string>(key, events), std::logic_error);
}

BOOST_AUTO_TEST_CASE(switched_off_it_remembers_nothing_and_nobody_waits_for_another_one) {
    cache::value_cache off{0, valid, {[this] { return now; }, [] { return 0.5; }, nullptr}};
    const auto ask = [&] {
        BOOST_TEST(!off.find<int>(key, events));
        return off.load(key, events, load_number(*this, 1, false));
    };
    auto first = ask();
    auto second = ask();
    const auto drop = [](task<loaded> work) -> task<> { co_await work; };
    detach(drop(std::move(first)));
    detach(drop(std::move(second)));
    BOOST_TEST(loads == 2);
    finish_all();
    BOOST_TEST(off.stats().entries == 0U);
    BOOST_TEST(off.stats().loads == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
