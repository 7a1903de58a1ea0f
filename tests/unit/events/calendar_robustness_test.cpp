// Damaged files: whatever the bytes, the readers return, and what they return keeps the limits.
#include "http/utf8.hpp"
#include "unit/events/calendar_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>
#include <vector>

namespace {

using namespace calendar_test;
using namespace std::string_view_literals;
using kidevent::http::count_code_points;
using kidevent::http::is_utf8;

bool is_text(const std::string& text, std::size_t min, std::size_t max, std::string_view control) {
    if (!is_utf8(text) || count_code_points(text) < min || count_code_points(text) > max) return false;
    for (const char c : text) {
        const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
        if (is_control && control.find(c) == std::string_view::npos) return false;
    }
    return true;
}

// What the event violates; "" when it keeps every limit. Written from the limits, not from the readers.
std::string violation(const imported_event& event, const calendar_options& with) {
    if (!is_text(event.uid, 1, 255, "")) return "uid";
    if (!is_text(event.title, 1, 200, "")) return "title";
    if (!is_text(event.description, 0, 10000, "\n\t")) return "description";
    if (!is_text(event.location, 0, 300, "")) return "location";
    if (!is_text(event.category, 0, 60, "")) return "category";
    if (!time_zone::find(event.time_zone)) return "time_zone";
    if (event.capacity < 1 || event.capacity > 100000) return "capacity";
    for (const auto& age : {event.age_min, event.age_max}) {
        if (age && (*age < 0 || *age > 25)) return "age";
    }
    if (event.age_min && event.age_max && *event.age_min > *event.age_max) return "ages";
    if (event.price_minor < 0 || event.price_minor > 1'000'000'000) return "price";
    if (event.currency.size() != 3) return "currency";
    if (event.sessions.empty() || event.sessions.size() > with.sessions_per_event_max) return "sessions";
    for (std::size_t i = 0; i < event.sessions.size(); ++i) {
        const imported_session& session = event.sessions[i];
        if (session.ends_at <= session.starts_at) return "ends_at";
        if (i > 0 && session.starts_at <= event.sessions[i - 1].starts_at) return "order of sessions";
        if (session.capacity && (*session.capacity < 1 || *session.capacity > 100000))
            return "session capacity";
    }
    return event.line == 0 ? "line" : "";
}

void check(const calendar_file& file, const calendar_options& with) {
    std::set<std::string> uids;
    for (const imported_event& event : file.events) {
        BOOST_TEST_REQUIRE(violation(event, with) == "");
        BOOST_TEST_REQUIRE(uids.insert(event.uid).second);
    }
    for (const import_error& error : file.errors) {
        BOOST_TEST_REQUIRE(error.line > 0u);
        BOOST_TEST_REQUIRE(is_text(error.message, 1, 2000, ""));
    }
    BOOST_TEST_REQUIRE(file.errors.size() <= calendar_limits::errors_max);
}

using reader = calendar_file (*)(std::string_view, const calendar_options&);

void check_prefixes(reader read, const std::string& text) {
    const calendar_options with = berlin_options();
    for (std::size_t length = 0; length <= text.size(); ++length)
        check(read(std::string_view{text}.substr(0, length), with), with);
}

std::string mutated(std::string text, std::mt19937& random) {
    static constexpr std::string_view bytes = "0123456789,;:=-+\"\\\r\n \tTZPAEIOUX\xff\xc3\x00"sv;
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
        const std::size_t at = random() % text.size();
        switch (random() % 4) {
        case 0: text[at] = bytes[random() % bytes.size()]; break;
        case 1: text.insert(at, 1, bytes[random() % bytes.size()]); break;
        case 2: text.erase(at, 1 + random() % 8); break;
        default: text[at] = static_cast<char>(random() % 256); break;
        }
        if (text.empty()) text = " ";
    }
    return text;
}

void check_mutations(reader read, const std::vector<std::string>& texts, unsigned seed) {
    const calendar_options with = berlin_options();
    std::mt19937 random{seed};
    for (int round = 0; round < 2000; ++round) {
        BOOST_TEST_CONTEXT("seed " << seed << ", round " << round) {
            check(read(mutated(texts[random() % texts.size()], random), with), with);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(events_calendar_ics)

BOOST_AUTO_TEST_CASE(a_file_may_break_off_anywhere) {
    for (const std::string_view name : {"summer.ics", "broken.ics", "outlook.ics"})
        check_prefixes(read_ics, fixture(name));
}

BOOST_AUTO_TEST_CASE(two_thousand_random_changes_never_lead_past_the_limits) {
    check_mutations(read_ics, {fixture("summer.ics"), fixture("broken.ics"), fixture("outlook.ics")}, 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(events_calendar_csv)

BOOST_AUTO_TEST_CASE(a_file_may_break_off_anywhere) {
    for (const std::string_view name : {"workshops.csv", "broken.csv", "semicolon.csv"})
        check_prefixes(read_csv, fixture(name));
}

BOOST_AUTO_TEST_CASE(two_thousand_random_changes_never_lead_past_the_limits) {
    check_mutations(read_csv, {fixture("workshops.csv"), fixture("broken.csv"), fixture("semicolon.csv")}, 2);
}

BOOST_AUTO_TEST_SUITE_END()
