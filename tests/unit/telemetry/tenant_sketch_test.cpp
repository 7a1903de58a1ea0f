#include "telemetry/metric_collector.hpp"
#include "telemetry/metrics.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <map>
#include <random>
#include <thread>

namespace {

using namespace kidevent::telemetry;

std::string slug(std::size_t number) { return "tenant-" + std::to_string(number); }

std::map<std::string, std::uint64_t> as_map(const std::vector<tenant_count>& counts) {
    std::map<std::string, std::uint64_t> made;
    for (const auto& each : counts)
        made[each.slug] = each.count;
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(telemetry_tenant_sketch)

BOOST_AUTO_TEST_CASE(few_tenants_are_counted_exactly) {
    const auto sketch = std::make_unique<tenant_sketch>();
    tenant_counter counter{*sketch};
    for (std::size_t i = 0; i < 100; ++i)
        for (std::size_t times = 0; times <= i; ++times)
            counter.count(slug(i));
    const auto found = read(*sketch);
    BOOST_TEST(found.smallest == 0U);
    const auto counts = as_map(found.counts);
    BOOST_TEST(counts.size() == 100U);
    for (std::size_t i = 0; i < 100; ++i)
        BOOST_TEST(counts.at(slug(i)) == i + 1);
}

BOOST_AUTO_TEST_CASE(of_many_tenants_the_busy_ones_are_found_with_a_bounded_error) {
    const auto sketch = std::make_unique<tenant_sketch>();
    tenant_counter counter{*sketch};
    std::mt19937 random{7};
    std::map<std::string, std::uint64_t> exact;
    constexpr std::uint64_t total = 200'000;
    for (std::uint64_t i = 0; i < total; ++i) {
        // Half of the requests go to ten tenants, the rest to five thousand.
        const std::size_t number = random() % 2 == 0 ? random() % 10 : 10 + random() % 5000;
        counter.count(slug(number));
        ++exact[slug(number)];
    }
    const auto found = read(*sketch);
    const auto counts = as_map(found.counts);
    BOOST_TEST(counts.size() == tenant_sketch::capacity);
    BOOST_TEST(found.smallest <= total / tenant_sketch::capacity);
    for (std::size_t i = 0; i < 10; ++i) {
        BOOST_TEST_REQUIRE(counts.contains(slug(i)));
        BOOST_TEST(counts.at(slug(i)) >= exact[slug(i)]);
        BOOST_TEST(counts.at(slug(i)) <= exact[slug(i)] + total / tenant_sketch::capacity);
    }
}

BOOST_AUTO_TEST_CASE(no_count_goes_back_when_tenants_come_and_workers_die) {
    metric_slots slots{2};
    metric_collector collector{slots};
    std::map<std::string, std::uint64_t> seen;
    std::mt19937 random{11};
    for (int life = 0; life < 6; ++life) {
        collector.open(0);
        collector.open(1);
        {
            metrics first{slots.region(), 0};
            metrics second{slots.region(), 1};
            for (int i = 0; i < 20'000; ++i) {
                first.count_tenant(slug(random() % 400));
                second.count_tenant(slug(random() % 20));
                if (i % 1000 != 0) continue;
                for (const auto& each : collector.list_tenants(1000)) {
                    BOOST_TEST(each.count >= seen[each.slug], each.slug);
                    seen[each.slug] = each.count;
                }
            }
        }
        collector.close(0);
        collector.close(1);
    }
    const auto busiest = collector.list_tenants(20);
    BOOST_TEST(busiest.size() == 20U);
    for (const auto& each : busiest)
        BOOST_TEST(std::stoi(each.slug.substr(7)) < 20, each.slug);
    BOOST_TEST(std::is_sorted(busiest.begin(), busiest.end(),
                              [](const auto& a, const auto& b) { return a.count > b.count; }));
}

BOOST_AUTO_TEST_CASE(a_reader_never_sees_half_a_name) {
    const auto sketch = std::make_unique<tenant_sketch>();
    std::atomic<bool> stopping = false;
    std::thread writer{[&] {
        tenant_counter counter{*sketch};
        for (std::size_t i = 0; !stopping; ++i)
            counter.count(std::string(63, static_cast<char>('a' + i % 26)).substr(0, 40 + i % 20));
    }};
    std::size_t names = 0;
    while (names < 50'000)
        for (const auto& each : read(*sketch).counts) {
            ++names;
            if (each.slug.find_first_not_of(each.slug.front()) != std::string::npos)
                BOOST_ERROR("torn: " + each.slug);
        }
    stopping = true;
    writer.join();
    BOOST_TEST(names > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
