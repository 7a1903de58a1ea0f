#include "outbox/event_types.hpp"
#include "outbox/published_event.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace {

using namespace kidevent;
using namespace kidevent::outbox;

std::filesystem::path source_directory() {
    if (const char* const from_runner = std::getenv("KIDEVENT_SOURCE_DIR")) return from_runner;
    return std::filesystem::current_path();
}

published_event some_event() {
    return {42,
            *parse_uuid("019a0000-0000-7000-8000-000000000001"),
            tenant_id{*parse_uuid("019a0000-0000-7000-8000-000000000002")},
            "museum",
            "com.kidevent.child.created.v1",
            "children/019a0000-0000-7000-8000-000000000003",
            R"({"child_id":"x"})",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            timestamp{std::chrono::seconds{1'782'896'400}}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(outbox_event_types)

BOOST_AUTO_TEST_CASE(types_are_named_once_and_say_what_they_carry) {
    std::set<std::string_view> names;
    for (const event_type& each : all_event_types()) {
        BOOST_TEST(names.insert(each.name).second, each.name);
        BOOST_TEST(each.name.starts_with("com.kidevent."), each.name);
        BOOST_TEST(each.name.ends_with(".v1"), each.name);
        BOOST_TEST(!each.members.empty(), each.name);
        BOOST_TEST(find_event_type(each.name) == &each);
        BOOST_TEST(&type_of(each.kind) == &each);
    }
    BOOST_TEST(find_event_type("com.kidevent.nothing.v1") == nullptr);
}

BOOST_AUTO_TEST_CASE(data_is_made_of_identifiers_and_states) {
    static const std::set<std::string> allowed{"state", "sessions", "role", "version", "moved"};
    for (const event_type& each : all_event_types()) {
        std::string word;
        for (const char c : std::string{each.members} + " ") {
            if (c != ' ') {
                word += c;
                continue;
            }
            BOOST_TEST((word.ends_with("_id") || allowed.contains(word)), each.name << ": " << word);
            word.clear();
        }
    }
}

BOOST_AUTO_TEST_CASE(the_reference_is_up_to_date) {
    std::ifstream file(source_directory() / "docs/events.md", std::ios::binary);
    BOOST_REQUIRE_MESSAGE(file, "docs/events.md cannot be read");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    BOOST_TEST((text == events_reference()),
               "docs/events.md is out of date: kidevent outbox types > docs/events.md");
}

BOOST_AUTO_TEST_CASE(an_event_becomes_a_cloud_event) {
    const auto made = boost::json::parse(to_cloud_event(some_event(), "https://museum.kids.example"));
    const auto expected = boost::json::parse(R"({
        "specversion": "1.0", "id": "019a0000-0000-7000-8000-000000000001", "source": "https://museum.kids.example",
        "type": "com.kidevent.child.created.v1", "subject": "children/019a0000-0000-7000-8000-000000000003",
        "time": "2026-07-01T09:00:00Z", "datacontenttype": "application/json",
        "tenantid": "019a0000-0000-7000-8000-000000000002", "sequence": "00000000000000000042",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "data": {"child_id": "x"}})");
    BOOST_TEST(made == expected);
    auto operators = some_event();
    operators.tenant.reset();
    operators.traceparent.clear();
    const auto bare = boost::json::parse(to_cloud_event(operators, "https://admin.kids.example")).as_object();
    BOOST_TEST(!bare.contains("tenantid"));
    BOOST_TEST(!bare.contains("traceparent"));
}

BOOST_AUTO_TEST_CASE(announcements_are_read_and_what_is_broken_is_incomplete) {
    const auto told =
        parse_announcement("7 9 019a0000-0000-7000-8000-000000000001 019a0000-0000-7000-8000-000000000002");
    BOOST_TEST(told.first == 7);
    BOOST_TEST(told.last == 9);
    BOOST_TEST(told.tenants.size() == 2U);
    BOOST_TEST(told.is_complete);
    BOOST_TEST(parse_announcement("7 9 -").is_complete);
    BOOST_TEST(parse_announcement("7 9 -").tenants.empty());
    for (const char* text : {"", "7", "7 9", "7 9 *", "x 9 -", "7 9 019a", "7 9x -"})
        BOOST_TEST(!parse_announcement(text).is_complete, text);
    BOOST_TEST(parse_announcement("7 9 *").last == 9);
}

BOOST_AUTO_TEST_SUITE_END()
