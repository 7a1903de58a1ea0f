// Names that are resolved late or never hold up nobody beyond a deadline, and take few threads.

#include "http_client/name_resolver.hpp"

#include "http_client/guarded_request.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <future>
#include <optional>

using namespace kidevent::http_client;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

// A server for names that answers those that begin with "slow" when it is told to.
class names {
public:
    std::vector<std::string> ask(const std::string& name) {
        std::unique_lock held{mutex_};
        asked_.push_back(name);
        changed_.notify_all();
        if (name.starts_with("slow")) changed_.wait(held, [this] { return may_answer_; });
        if (name == "nobody") throw std::runtime_error("no such name");
        return {"192.0.2.7", "2001:db8::7"};
    }
    void answer_all() {
        const std::lock_guard held{mutex_};
        may_answer_ = true;
        changed_.notify_all();
    }
    std::vector<std::string> asked() {
        const std::lock_guard held{mutex_};
        return asked_;
    }
    void wait_until_asked(std::size_t times) {
        std::unique_lock held{mutex_};
        BOOST_REQUIRE(changed_.wait_for(held, 10s, [&] { return asked_.size() >= times; }));
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool may_answer_ = false;
    std::vector<std::string> asked_;
};

struct resolving {
    std::shared_ptr<names> server = std::make_shared<names>();
    name_resolver resolver{[server = server](const std::string& name) { return server->ask(name); }, 2};

    ~resolving() { server->answer_all(); }
    std::string fault_of(const std::string& name, std::chrono::milliseconds within) {
        try {
            resolver.resolve(name, steady_clock::now() + within);
        } catch (const name_resolver::failed& why) {
            return why.what();
        }
        return "";
    }
    std::future<std::string> later(const std::string& name, std::chrono::milliseconds within) {
        return std::async(std::launch::async, [=, this] { return fault_of(name, within); });
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_client_name_resolver, resolving)

BOOST_AUTO_TEST_CASE(a_name_is_resolved_and_a_fault_is_told) {
    const auto found = resolver.resolve("good", steady_clock::now() + 10s);
    BOOST_TEST(found == (std::vector<std::string>{"192.0.2.7", "2001:db8::7"}),
               boost::test_tools::per_element());
    BOOST_TEST(fault_of("nobody", 10s) == "no such name");
    BOOST_TEST(fault_of("nobody", 10s) == "no such name"); // and is asked for anew
    BOOST_TEST(server->asked().size() == 3u);
}

BOOST_AUTO_TEST_CASE(the_system_knows_this_machine) {
    const auto resolve = [](const std::string& name) {
        return name_resolver::of_system().resolve(name, steady_clock::now() + 20s);
    };
    const auto found = resolve("localhost");
    const auto is_own = [](const std::string& each) { return each == "127.0.0.1" || each == "::1"; };
    BOOST_TEST(!found.empty());
    BOOST_TEST(std::all_of(found.begin(), found.end(), is_own));
    BOOST_CHECK_THROW(resolve(std::string(300, 'a')), name_resolver::failed); // longer than names can be
}

BOOST_AUTO_TEST_CASE(a_request_ends_at_its_deadline_when_its_name_does_not_resolve) {
    guarded_request asked;
    asked.method = "GET";
    asked.url = "https://slow.example/";
    asked.timeout = 50ms;
    asked.names = &resolver;
    const auto begin = steady_clock::now();
    const auto outcome = send(asked);
    BOOST_TEST((steady_clock::now() - begin < 5s));
    BOOST_TEST(outcome.status == 0);
    BOOST_TEST(outcome.error == "the name was not resolved in time");
}

BOOST_AUTO_TEST_CASE(the_addresses_of_a_name_are_guarded) {
    name_resolver inner{[](const std::string&) {
                            return std::vector<std::string>{"192.88.99.1", "10.0.0.1"};
                        },
                        1};
    guarded_request asked;
    asked.url = "https://inner.example/";
    asked.timeout = 10s;
    asked.names = &inner;
    BOOST_TEST(send(asked).error == "the name has an address that is not public");
}

BOOST_AUTO_TEST_CASE(a_slow_name_is_asked_for_once_however_many_want_it) {
    std::vector<std::future<std::string>> waiting;
    for (int i = 0; i < 8; ++i)
        waiting.push_back(later("slow", 20s));
    BOOST_TEST(fault_of("slow", 20ms) == "the name was not resolved in time");
    server->wait_until_asked(1);
    BOOST_TEST(server->asked().size() == 1u);
    server->answer_all();
    for (auto& each : waiting)
        BOOST_TEST(each.get() == "");
}

BOOST_AUTO_TEST_CASE(names_that_nobody_waits_for_any_more_count_until_they_are_answered) {
    for (const char* each : {"slow-1", "slow-2"})
        BOOST_TEST(fault_of(each, 20ms) == "the name was not resolved in time");
    server->wait_until_asked(2);
    BOOST_TEST(fault_of("good", 20ms) == "too many names are being resolved");
    BOOST_TEST(fault_of("slow-1", 20ms) == "the name was not resolved in time"); // takes no place of its own
    BOOST_TEST(server->asked().size() == 2u);
    auto waiting = later("good", 20s);
    server->answer_all();
    BOOST_TEST(waiting.get() == "");
}

BOOST_AUTO_TEST_CASE(what_answers_after_the_resolver_is_gone_finds_nothing_missing) {
    std::optional<name_resolver> gone;
    gone.emplace([server = server](const std::string& name) { return server->ask(name); }, 1);
    BOOST_CHECK_THROW(gone->resolve("slow", steady_clock::now() + 20ms), name_resolver::failed);
    server->wait_until_asked(1);
    gone.reset();
    server->answer_all(); // the sanitizers see what comes of it
    BOOST_TEST(fault_of("slow", 10s) == "");
}

BOOST_AUTO_TEST_SUITE_END()
