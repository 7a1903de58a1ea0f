#include "core/core_dumps.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// What a process of its own exits with, so that this one stays as it is.
template<class Work> int exit_code_of(Work work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

rlimit core_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    return limit;
}

} // namespace

BOOST_AUTO_TEST_SUITE(core_core_dumps)

BOOST_AUTO_TEST_CASE(a_process_may_forbid_images_of_its_memory) {
    BOOST_TEST(exit_code_of([] {
                   kidevent::forbid_core_dumps();
                   const bool closed = ::prctl(PR_GET_DUMPABLE) == 0 && core_limit().rlim_cur == 0;
                   return closed ? 42 : 1;
               })
               == 42);
}

BOOST_AUTO_TEST_CASE(and_allow_them_again) {
    BOOST_TEST(exit_code_of([] {
                   kidevent::forbid_core_dumps();
                   kidevent::allow_core_dumps();
                   const rlimit limit = core_limit();
                   const bool open = ::prctl(PR_GET_DUMPABLE) == 1 && limit.rlim_cur == limit.rlim_max;
                   return open ? 42 : 1;
               })
               == 42);
}

BOOST_AUTO_TEST_SUITE_END()
