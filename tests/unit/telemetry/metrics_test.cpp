#include "support/thread_sanitizer.hpp"
#include "telemetry/exposition.hpp"
#include "telemetry/metric_collector.hpp"
#include "telemetry/metrics.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <set>
#include <stdexcept>

namespace {

using namespace kidevent;
using namespace kidevent::telemetry;
using namespace std::chrono_literals;

constexpr auto published = metric_named("kidevent_events_published_total");
constexpr auto refused = metric_named("kidevent_registrations_refused_total");
constexpr auto lanes = metric_named("kidevent_db_lanes_open");
constexpr auto durations = metric_named("http_server_request_duration_seconds");
const std::string duration_series =
    "http_server_request_duration_seconds\x1fhttp_request_method=GET\x1fhttp_route=/a/{id}"
    "\x1fhttp_response_status_code=200";

struct two_open_slots {
    metric_slots slots{4};
    metric_collector collector{slots};
    two_open_slots() {
        collector.open(0);
        collector.open(1);
    }
};

// A master's slots with workers on two of them.
struct two_workers : two_open_slots {
    metrics first{slots.region(), 0};
    metrics second{slots.region(), 1};

    double value(const std::string& series) const {
        const auto all = collector.read();
        const auto found = all.find(series);
        return found == all.end() ? -1 : found->second.value;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(telemetry_metrics)

BOOST_AUTO_TEST_CASE(names_follow_the_conventions_and_are_told_apart) {
    std::set<std::string_view> names;
    for (const metric& each : metric_table) {
        BOOST_TEST(names.insert(each.name).second, each.name);
        BOOST_TEST((each.name.starts_with("kidevent_") || each.name.starts_with("http_server_")), each.name);
        BOOST_TEST((each.kind == metric_kind::counter) == each.name.ends_with("_total"), each.name);
        BOOST_TEST(each.name.size() + 1 < metric_series::text_bytes / 2, each.name);
        BOOST_TEST(!each.meaning.ends_with('.'), each.name);
    }
    BOOST_TEST(unit_of(*durations) == "seconds");
    BOOST_TEST(unit_of(*metric_named("kidevent_memory_used_bytes")) == "bytes");
    BOOST_TEST(unit_of(*published) == "1");
}

BOOST_AUTO_TEST_CASE(a_value_that_is_not_listed_counts_as_the_last) {
    BOOST_TEST(value_position("a b other", "b") == 1U);
    BOOST_TEST(value_position("a b other", "z") == 2U);
    BOOST_TEST(value_at("a b other", 0) == "a");
    BOOST_TEST(value_at("a b other", 2) == "other");
    BOOST_TEST(value_count("a b other") == 3U);
    two_workers workers;
    workers.first.add(refused, "session_full");
    workers.first.add(refused, "a reason that came later", 2);
    BOOST_TEST(workers.value("kidevent_registrations_refused_total\x1freason=session_full") == 1);
    BOOST_TEST(workers.value("kidevent_registrations_refused_total\x1freason=other") == 2);
}

BOOST_AUTO_TEST_CASE(the_sum_is_of_all_workers_and_counters_start_at_zero) {
    two_workers workers;
    BOOST_TEST(workers.value("kidevent_events_published_total") == 0);
    workers.first.add(published, "", 3);
    workers.second.add(published);
    workers.first.set(lanes, 2);
    workers.second.set(lanes, 1);
    BOOST_TEST(workers.value("kidevent_events_published_total") == 4);
    BOOST_TEST(workers.value("kidevent_db_lanes_open") == 3);
}

BOOST_AUTO_TEST_CASE(what_all_workers_read_at_one_place_is_not_added_up) {
    constexpr auto queue = metric_named("kidevent_jobs");
    two_workers workers;
    workers.first.set(queue, "ready", 7);
    workers.second.set(queue, "ready", 5);
    BOOST_TEST(workers.value("kidevent_jobs\x1fstate=ready") == 7);
    workers.collector.close(0);
    BOOST_TEST(workers.value("kidevent_jobs\x1fstate=ready") == 5);
    workers.collector.close(1);
    BOOST_TEST(workers.value("kidevent_jobs\x1fstate=ready") == -1);
    const auto text =
        exposition_text({{"kidevent_jobs\x1fstate=ready", {metric_kind::shared_gauge, 5, {}, 0}}});
    BOOST_TEST(text.find("# TYPE kidevent_jobs gauge\n") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(what_a_dead_worker_counted_stays_and_its_gauges_end) {
    two_workers workers;
    workers.first.add(published, "", 3);
    workers.first.set(lanes, 2);
    metrics::observe(workers.first.series(durations, {"GET", "/a/{id}", "200"}), 7ms);
    workers.collector.close(0);
    BOOST_TEST(workers.value("kidevent_events_published_total") == 3);
    BOOST_TEST(workers.value("kidevent_db_lanes_open") == 0);
    workers.collector.open(0);
    metrics successor{workers.slots.region(), 0};
    BOOST_TEST(workers.value("kidevent_events_published_total") == 3);
    successor.add(published);
    metrics::observe(successor.series(durations, {"GET", "/a/{id}", "200"}), 7ms);
    BOOST_TEST(workers.value("kidevent_events_published_total") == 4);
    BOOST_TEST(workers.collector.read().at(duration_series).buckets[1] == 2U);
}

BOOST_AUTO_TEST_CASE(a_duration_falls_into_the_bucket_that_bounds_it) {
    two_workers workers;
    auto& series = workers.first.series(durations, {"GET", "/a/{id}", "200"});
    BOOST_TEST(&series == &workers.first.series(durations, {"GET", "/a/{id}", "200"}));
    for (const auto took : {1ms, 5ms, 6ms, 10000ms, 10001ms})
        metrics::observe(series, took);
    const auto read = workers.collector.read().at(duration_series);
    BOOST_TEST(read.buckets[0] == 2U);
    BOOST_TEST(read.buckets[1] == 1U);
    BOOST_TEST(read.buckets[13] == 1U);
    BOOST_TEST(read.buckets[14] == 1U);
    BOOST_TEST(read.sum == 20.013, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(series_without_room_are_counted_and_harm_nothing) {
    two_workers workers;
    for (std::size_t i = 0; i < metric_slot::series_max; ++i)
        metrics::observe(workers.first.series(durations, {"GET", "/" + std::to_string(i), "200"}), 1ms);
    const std::string long_route(1000, 'x');
    metrics::observe(workers.second.series(durations, {"GET", long_route, "200"}), 1ms);
    BOOST_TEST(workers.value("kidevent_metric_series_left_out_total") > 0);
    BOOST_TEST(exposition_text(workers.collector.read()).find("http_route=\"/7\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(memory_of_another_layout_is_refused) {
    const auto small = std::make_shared<shared_region>("small", 64);
    BOOST_CHECK_THROW(metric_slots{small}, std::runtime_error);
    const auto zero = std::make_shared<shared_region>("zero", 1 << 20);
    BOOST_CHECK_THROW(metric_slots{zero}, std::runtime_error);
    BOOST_CHECK_THROW(metric_slots{1}.at(1), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(the_text_is_what_prometheus_reads) {
    two_workers workers;
    workers.first.add(published, "", 2);
    metrics::observe(workers.first.series(durations, {"GET", "/a/\"{id}", "200"}), 20ms);
    auto readings = workers.collector.read();
    add_reading(readings, metric_named("kidevent_tenant_requests_total"), {"museum"}, 9);
    readings["kidevent_of_a_newer_worker_total"] = {metric_kind::counter, 5, {}, 0};
    const auto text = exposition_text(readings);
    const auto has = [&text](const std::string& line) { return text.find(line + "\n") != text.npos; };
    BOOST_TEST(has("# TYPE kidevent_events_published_total counter"));
    BOOST_TEST(has("kidevent_events_published_total 2"));
    BOOST_TEST(has("kidevent_tenant_requests_total{tenant=\"museum\"} 9"));
    BOOST_TEST(has("kidevent_of_a_newer_worker_total 5"));
    BOOST_TEST(has("# TYPE http_server_request_duration_seconds histogram"));
    const std::string labels = "{http_request_method=\"GET\",http_route=\"/a/\\\"{id}\","
                               "http_response_status_code=\"200\"";
    BOOST_TEST(has("http_server_request_duration_seconds_count" + labels + "} 1"), text);
    BOOST_TEST(has("http_server_request_duration_seconds_bucket" + labels + ",le=\"0.025\"} 1"));
    BOOST_TEST(has("http_server_request_duration_seconds_bucket" + labels + ",le=\"0.01\"} 0"));
    BOOST_TEST(has("http_server_request_duration_seconds_bucket" + labels + ",le=\"+Inf\"} 1"));
}

// ThreadSanitizer makes each atomic operation a call of its own, several times as slow.
BOOST_AUTO_TEST_CASE(counting_costs_nanoseconds,
                     *boost::unit_test::precondition(tests::without_thread_sanitizer)) {
    two_workers workers;
    auto& series = workers.first.series(durations, {"GET", "/a/{id}", "200"});
    constexpr int times = 20'000;
    // The best of ten: what others do on this machine is no part of it.
    auto best = std::chrono::duration<double, std::nano>::max();
    for (int round = 0; round < 10; ++round) {
        const auto began = std::chrono::steady_clock::now();
        for (int i = 0; i < times; ++i) {
            metrics::observe(series, std::chrono::microseconds{i});
            workers.first.count_tenant("museum");
            workers.first.add(refused, "session_full");
        }
        best = std::min<decltype(best)>(best, std::chrono::steady_clock::now() - began);
    }
    std::cout << "counted a request three ways in " << best.count() / times << " ns\n";
    // AddressSanitizer included: a lock or an allocation would not fit.
    BOOST_TEST(best.count() / times < 2000);
}

BOOST_AUTO_TEST_SUITE_END()
