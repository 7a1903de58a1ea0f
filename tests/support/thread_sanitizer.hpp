#pragma once
// For what ThreadSanitizer cannot run: a precondition of test cases and suites. For tests only.

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

inline boost::test_tools::assertion_result
without_thread_sanitizer([[maybe_unused]] boost::unit_test::test_unit_id of) {
#ifdef __SANITIZE_THREAD__
    return false;
#else
    return true;
#endif
}

} // namespace kidevent::tests
