#include "core/worker_threads.hpp"
#include "support/loop_runner.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <future>

using namespace kidevent;
using namespace kidevent::tests;

namespace {

task<int> run_on(worker_threads& threads, std::function<int()> work) {
    auto working = threads.run<int>(std::move(work));
    const int value = co_await working;
    co_return value;
}

struct threads_fixture {
    loop_runner runner;

    worker_threads::post_to_loop to_loop() {
        return [this](std::function<void()> then) { boost::asio::post(runner.loop(), std::move(then)); };
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(core_worker_threads, threads_fixture)

BOOST_AUTO_TEST_CASE(work_is_done_elsewhere_and_its_outcome_comes_to_the_loop) {
    worker_threads threads{"test", 2, 4, to_loop()};
    std::thread::id where;
    BOOST_TEST(runner.run(run_on(threads, [&where] {
        where = std::this_thread::get_id();
        return 7;
    })) == 7);
    BOOST_TEST((where != std::this_thread::get_id()));
    BOOST_CHECK_THROW(runner.run(run_on(threads, []() -> int { throw std::out_of_range{"x"}; })),
                      std::out_of_range);
}

BOOST_AUTO_TEST_CASE(what_waits_is_bounded_and_named_in_traces) {
    const auto traced = std::make_shared<request_spans>();
    traced->keep();
    std::promise<void> go_on;
    std::promise<void> begun;
    int sum = 0;
    const auto add = [](worker_threads& on, std::function<int()> work, int& into) -> task<> {
        const int got = co_await run_on(on, std::move(work));
        into += got;
    };
    worker_threads threads{"slow work", 1, 1, to_loop()};
    request_spans::current = traced;
    detach(add(
        threads,
        [&] {
            begun.set_value();
            go_on.get_future().wait();
            return 1;
        },
        sum));
    BOOST_TEST(!request_spans::current);
    begun.get_future().wait();
    BOOST_TEST(threads.has_room());
    detach(add(
        threads, [] { return 2; }, sum));
    BOOST_TEST(threads.waiting() == 1U);
    BOOST_TEST(!threads.has_room());
    go_on.set_value();
    BOOST_TEST(runner.run_until([&] { return sum == 3; }));
    request_spans::current = nullptr;
    BOOST_TEST(threads.has_room());
    BOOST_TEST_REQUIRE(traced->list().size() == 1U);
    BOOST_TEST(traced->list().front().name == std::string{"slow work"});
}

BOOST_AUTO_TEST_SUITE_END()
