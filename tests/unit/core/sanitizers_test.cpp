// All tests rest on this: whoever writes past the end, uses what is gone, or forgets to free it, ends the
// process. A build with another sanitizer has other promises.

#ifdef __SANITIZE_ADDRESS__

#include <boost/test/unit_test.hpp>

#include <sanitizer/lsan_interface.h>

#include <array>
#include <climits>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

// How a process of its own ends in which this is done; 0 when nobody minded. What it says is thrown away.
int outcome_of(const std::function<void()>& deed) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
        deed();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

// What the compiler cannot see through.
std::size_t behind_the_end(const std::vector<char>& of) {
    volatile std::size_t size = of.size();
    return size;
}

} // namespace

BOOST_AUTO_TEST_SUITE(core_sanitizers)

BOOST_AUTO_TEST_CASE(what_reaches_past_its_memory_ends_the_process) {
    std::vector<char> text(16, 'x');
    text.shrink_to_fit();
    const auto harmless = [&] { text.data()[behind_the_end(text) - 1] = 'y'; };
    const auto behind = [&] { text.data()[behind_the_end(text)] = 'y'; };
    const auto gone = [] {
        auto owner = std::make_unique<int>(1);
        volatile int* const kept = owner.get();
        owner.reset();
        *kept = 2;
    };
    const auto on_the_stack = [&] {
        std::array<char, 16> small{};
        char* const start = small.data();
        volatile char* const past = start + behind_the_end(text);
        *past = 'y';
    };
    const auto overflow = [&] {
        volatile int large = INT_MAX;
        large = large + 1;
    };
    BOOST_TEST(outcome_of(harmless) == 0);
    BOOST_TEST(outcome_of(behind) != 0);
    BOOST_TEST(outcome_of(gone) != 0);
    BOOST_TEST(outcome_of(on_the_stack) != 0);
    BOOST_TEST(outcome_of(overflow) != 0);
}

BOOST_AUTO_TEST_CASE(what_nobody_frees_is_noticed_at_the_end) {
    const auto check = [] {
        if (__lsan_do_recoverable_leak_check() != 0) ::_exit(7);
    };
    const auto kept = [&] {
        const auto owner = std::make_unique<std::array<char, 1000>>();
        check();
    };
    const auto lost = [&] {
        // Many, so that no stale copy of an address hides all of them.
        for (int i = 0; i < 100; ++i)
            static_cast<void>(new std::array<char, 1000>);
        check();
    };
    BOOST_TEST(outcome_of(kept) == 0);
    BOOST_TEST(WEXITSTATUS(outcome_of(lost)) == 7);
}

BOOST_AUTO_TEST_SUITE_END()

#endif
