// http.request_timeout: whatever holds a request up, its client hears of it in time.

#include "support/api_client.hpp"

namespace kidevent::tests {

BOOST_FIXTURE_TEST_SUITE(http_deadline, two_organisations)

BOOST_AUTO_TEST_CASE(a_request_that_waits_for_a_lock_is_answered_at_its_deadline) {
    settings hurried = with;
    hurried.http.request_timeout = std::chrono::milliseconds{400};
    api_client impatient{hurried};
    const auto guardian = impatient.sign_in("alpha", alpha.first.guardian.email);

    superuser.execute("begin");
    superuser.rows("select id from sessions where id = $1 for update", {alpha.later_session});
    const auto began = std::chrono::steady_clock::now();
    const auto answer =
        impatient.post(guardian, "/api/v1/registrations", places({{alpha.first.child, alpha.later_session}}));
    const auto took = std::chrono::steady_clock::now() - began;
    superuser.execute("rollback");

    BOOST_TEST(answer.status == 504);
    BOOST_TEST(answer.header_value("traceparent").size() == 55U);
    BOOST_TEST((took < std::chrono::seconds{2}));
    // The lock is gone: the same again works, and the first try left nothing that would be in the way, or
    // took the place.
    impatient.run_for(std::chrono::milliseconds{300});
    const auto again =
        impatient.post(guardian, "/api/v1/registrations", places({{alpha.first.child, alpha.later_session}}));
    BOOST_TEST((again.status == 201 || again.code() == "already_registered"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
