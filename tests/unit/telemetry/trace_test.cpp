#include "telemetry/trace.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <set>

namespace {

using namespace kidevent;
using namespace kidevent::telemetry;
namespace data = boost::unit_test::data;

constexpr const char* good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

// As the specification's own test suite has them.
constexpr std::array<const char*, 13> bad{"",
                                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
                                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.",
                                          "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                                          "00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01",
                                          "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                          "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                          "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.later"};

} // namespace

BOOST_AUTO_TEST_SUITE(telemetry_trace)

BOOST_AUTO_TEST_CASE(a_valid_traceparent_is_continued) {
    const auto read = parse_traceparent(good);
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(to_hex(read->trace) == "4bf92f3577b34da6a3ce929d0e0e4736");
    BOOST_TEST(to_hex(read->parent) == "00f067aa0ba902b7");
    BOOST_TEST(read->sampled);
    BOOST_TEST(
        parse_traceparent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-later").has_value());

    const auto continued = begin_trace(make_uuid(), good, 0);
    BOOST_TEST(continued.sampled);
    BOOST_TEST(continued.has_parent());
    BOOST_TEST((continued.trace == read->trace));
    BOOST_TEST((continued.span != read->parent));
    const auto out = parse_traceparent(traceparent_of(continued));
    BOOST_TEST_REQUIRE(out.has_value());
    BOOST_TEST((out->parent == continued.span));
    BOOST_TEST(
        !begin_trace(make_uuid(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", 1000).sampled);
}

BOOST_DATA_TEST_CASE(anything_else_is_ignored, data::make(bad)) {
    BOOST_TEST(!parse_traceparent(sample).has_value());
    const uuid id = make_uuid();
    const auto fresh = begin_trace(id, sample, 0);
    BOOST_TEST((fresh.trace == id.bytes));
    BOOST_TEST(!fresh.has_parent());
}

BOOST_AUTO_TEST_CASE(the_share_of_sampled_traces_is_the_one_asked_for) {
    const auto sampled_of = [](int per_thousand) {
        int sampled = 0;
        for (int i = 0; i < 20'000; ++i)
            sampled += begin_trace(make_uuid(), "", per_thousand).sampled ? 1 : 0;
        return sampled;
    };
    BOOST_TEST(sampled_of(0) == 0);
    BOOST_TEST(sampled_of(1000) == 20'000);
    const int tenth = sampled_of(100);
    BOOST_TEST((tenth > 1700 && tenth < 2300), tenth);
    std::set<std::string> spans;
    for (int i = 0; i < 1000; ++i)
        spans.insert(to_hex(begin_trace(make_uuid(), good, 0).span));
    BOOST_TEST(spans.size() == 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
