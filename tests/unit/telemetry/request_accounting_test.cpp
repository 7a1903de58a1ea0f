#include "request_accounting.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent;
using namespace std::chrono_literals;

struct accounted {
    settings with;
    telemetry::metrics counts{nullptr, 0};

    accounted() { with.log.slow_request = 0ms; }

    std::shared_ptr<request_record> begun(const std::string& traceparent = "") {
        request incoming{"GET", "/", "", "", {}, ""};
        if (!traceparent.empty()) incoming.headers.push_back({"traceparent", traceparent});
        return request_accounting{with, counts, 0}.begin(incoming);
    }
};

const std::string sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const std::string unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

} // namespace

BOOST_FIXTURE_TEST_SUITE(telemetry_request_accounting, accounted)

BOOST_AUTO_TEST_CASE(spans_take_memory_only_when_a_trace_or_the_log_may_want_them) {
    BOOST_TEST(!begun()->spans.is_kept());
    BOOST_TEST(!begun(sampled)->spans.is_kept()); // it would be exported to nobody

    with.log.slow_request = 1s;
    BOOST_TEST(begun()->spans.is_kept());

    with.log.slow_request = 0ms;
    with.telemetry.traces_url = "http://127.0.0.1:9/v1/traces";
    with.telemetry.traces_per_thousand = 0;
    BOOST_TEST(!begun()->spans.is_kept());
    BOOST_TEST(!begun(unsampled)->spans.is_kept());
    BOOST_TEST(begun(sampled)->spans.is_kept());
    with.telemetry.traces_per_thousand = 1000;
    BOOST_TEST(begun()->spans.is_kept());
    BOOST_TEST(!begun(unsampled)->spans.is_kept());
}

BOOST_AUTO_TEST_CASE(every_request_knows_its_trace) {
    const auto continued = begun(unsampled)->spans.traceparent;
    BOOST_TEST(continued.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    BOOST_TEST(continued.ends_with("-00"));
    BOOST_TEST(continued != unsampled);
    BOOST_TEST(begun()->spans.traceparent.size() == sampled.size());
}

BOOST_AUTO_TEST_CASE(a_process_of_its_own_shows_what_it_counts) {
    const auto published = telemetry::metric_named("kidevent_events_published_total");
    counts.add(published);
    const request_accounting alone{with, counts, 0};
    counts.add(published);
    BOOST_TEST(alone.exposition().find("\nkidevent_events_published_total 2\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
