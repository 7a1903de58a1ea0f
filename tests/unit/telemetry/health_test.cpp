#include "telemetry/health.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <stdexcept>
#include <thread>

namespace {

using namespace kidevent;
using namespace kidevent::telemetry;

task<bool> answer_with(int& asked, bool passes) {
    ++asked;
    if (!passes) throw std::runtime_error("the reason stays here");
    co_return true;
}

// Suspends until it is told to go on.
struct gate {
    std::coroutine_handle<> waiting;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> who) { waiting = who; }
    void await_resume() const noexcept {}
};
task<bool> hang_at(gate& at) {
    co_await at;
    co_return true;
}

task<> keep(task<std::vector<health_verdict>> running, std::optional<std::vector<health_verdict>>& into) {
    auto verdicts = co_await running;
    into = std::move(verdicts);
}

struct probes {
    std::function<void()> limit;
    health_checks checks{
        [this](std::chrono::milliseconds, std::function<void()> then) { limit = std::move(then); }};

    std::optional<std::vector<health_verdict>> begun;
    std::string text(std::vector<std::string> excluded = {}) {
        begun.reset();
        detach(keep(checks.run(std::move(excluded)), begun));
        return begun ? health_text(*begun, true) : "waits";
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(telemetry_health, probes)

BOOST_AUTO_TEST_CASE(what_only_makes_answers_slower_is_told_and_fails_nothing) {
    int asked = 0;
    bool up = true;
    checks.add("database", [&] { return answer_with(asked, true); });
    checks.add_minor(
        "redis", [&] { return answer_with(asked, false); }, [&] { return up; });
    BOOST_TEST(text() == "[+]database ok\n[-]redis degraded\nok\n");
    BOOST_TEST(is_healthy(*begun));
    BOOST_TEST(health_text(*begun, false) == "ok\n");
    up = false;
    BOOST_TEST(text() == "[+]database ok\n[-]redis degraded\nok\n");
    BOOST_TEST(asked == 2);
    checks.add("disk", [&] { return answer_with(asked, false); });
    BOOST_TEST(text() == "[+]database ok\n[-]redis degraded\n[-]disk failed\nfailed: disk\n");
    BOOST_TEST(!is_healthy(*begun));
}

BOOST_AUTO_TEST_CASE(each_check_is_told_by_name_and_nothing_else) {
    int asked = 0;
    checks.add("database", [&] { return answer_with(asked, true); });
    checks.add("disk", [&] { return answer_with(asked, false); });
    BOOST_TEST(text() == "[+]database ok\n[-]disk failed\nfailed: disk\n");
    BOOST_TEST(text({"disk"}) == "[+]database ok\nok\n");
    BOOST_TEST(health_text(*begun, false) == "ok\n");
}

BOOST_AUTO_TEST_CASE(probes_in_a_row_ask_once) {
    int asked = 0;
    checks.add("database", [&] { return answer_with(asked, true); });
    for (int i = 0; i < 100; ++i)
        BOOST_TEST(text() == "[+]database ok\nok\n");
    BOOST_TEST(asked == 1);
    std::this_thread::sleep_for(health_checks::passed_for + std::chrono::milliseconds{20});
    BOOST_TEST(text() == "[+]database ok\nok\n");
    BOOST_TEST(asked == 2);
}

BOOST_AUTO_TEST_CASE(what_is_seen_to_be_down_is_not_believed_and_not_asked) {
    int asked = 0;
    bool up = true;
    checks.add(
        "database", [&] { return answer_with(asked, true); }, [&] { return up; });
    BOOST_TEST(text() == "[+]database ok\nok\n");
    up = false;
    BOOST_TEST(text() == "[-]database failed\nfailed: database\n");
    BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(a_check_that_hangs_has_failed_when_the_time_is_over) {
    gate hanging;
    int asked = 0;
    checks.add("database", [&] { return hang_at(hanging); });
    checks.add("disk", [&] { return answer_with(asked, true); });
    BOOST_TEST(text() == "waits");
    BOOST_TEST_REQUIRE(static_cast<bool>(limit));
    limit();
    BOOST_TEST_REQUIRE(begun.has_value());
    BOOST_TEST(health_text(*begun, true) == "[-]database failed\n[+]disk ok\nfailed: database\n");
    // It is not asked a second time while the first one hangs.
    BOOST_TEST(text() == "waits");
    hanging.waiting.resume();
    BOOST_TEST_REQUIRE(begun.has_value());
    BOOST_TEST(health_text(*begun, false) == "ok\n");
}

BOOST_AUTO_TEST_CASE(the_query_names_what_to_leave_out) {
    const auto read = parse_health_query("verbose&exclude=redis&exclude=disk&other=1");
    BOOST_TEST(read.verbose);
    BOOST_TEST((read.excluded == std::vector<std::string>{"redis", "disk"}));
    BOOST_TEST(!parse_health_query("").verbose);
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += "exclude=x&";
    BOOST_TEST(parse_health_query(many).excluded.size() == 16U);
}

BOOST_AUTO_TEST_SUITE_END()
