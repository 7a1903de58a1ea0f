#include "realtime/message.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::realtime;

namespace {

const std::string event_text = "019a0000-0000-7000-8000-000000000001";
const std::string session_text = "019a0000-0000-7000-8000-000000000002";
const std::string household_text = "019a0000-0000-7000-8000-000000000003";

outbox::published_event happened(const std::string& type, const std::string& data) {
    return {
        42, make_uuid(), tenant_id{make_uuid()}, "alpha", "com.kidevent." + type + ".v1", "events/x", data,
        "", timestamp{}};
}

bool is_about(const message& told, topic_kind kind, const std::string& id = "") {
    const topic wanted{kind, id.empty() ? uuid{} : *parse_uuid(id)};
    return std::find(told.topics.begin(), told.topics.end(), wanted) != told.topics.end();
}

} // namespace

BOOST_AUTO_TEST_SUITE(realtime_message)

BOOST_AUTO_TEST_CASE(a_frame_is_a_message_of_an_event_stream) {
    BOOST_TEST(frame(7, "reset", "{}") == "id: 7\nevent: reset\ndata: {}\n\n");
    // A line break in the data must not end the message, or begin another field.
    BOOST_TEST(frame(7, "t", "{\n\n\"a\":\r\n1}")
               == "id: 7\nevent: t\ndata: {\ndata: \ndata: \"a\":\ndata: 1}\n\n");
    BOOST_TEST(position_frame(9) == "id: 9\n\n");
}

BOOST_AUTO_TEST_CASE(the_calendar_is_for_everybody_once_published) {
    const std::string ids = R"({"session_id":")" + session_text + R"(","event_id":")" + event_text + "\",";
    const auto told = make_message(happened("session.updated", ids + R"("state":"published"})"));
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST(!told->for_staff_only);
    BOOST_TEST(is_about(*told, topic_kind::events));
    BOOST_TEST(is_about(*told, topic_kind::event, event_text));
    BOOST_TEST(is_about(*told, topic_kind::session, session_text));
    const auto draft = make_message(happened("session.updated", ids + R"("state":"draft"})"));
    BOOST_REQUIRE(draft.has_value());
    BOOST_TEST(draft->for_staff_only);
    BOOST_TEST(!is_about(*draft, topic_kind::events));
    BOOST_TEST(is_about(*draft, topic_kind::event, event_text));
}

BOOST_AUTO_TEST_CASE(what_a_household_does_is_for_it_and_for_staff) {
    const auto event =
        happened("registration.created", R"({"registration_id":"x","session_id":")" + session_text
                                             + R"(","household_id":")" + household_text + "\"}");
    const auto told = make_message(event);
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST(told->topics.size() == 2U);
    BOOST_TEST(is_about(*told, topic_kind::user, household_text));
    BOOST_TEST(is_about(*told, topic_kind::roster, session_text));
    BOOST_TEST((session_touched_by(event) == session_id{*parse_uuid(session_text)}));
}

BOOST_AUTO_TEST_CASE(what_operators_do_and_unknown_types_are_told_to_nobody) {
    BOOST_TEST(!make_message(happened("tenant.suspended", "{}")).has_value());
    BOOST_TEST(!make_message(happened("account.created", R"({"account_id":"x"})")).has_value());
    BOOST_TEST(!make_message(happened("of.tomorrow", "{}")).has_value());
}

BOOST_AUTO_TEST_CASE(places_are_told_with_the_position_of_what_changed_them) {
    const auto told = make_places_message(
        42, {session_id{*parse_uuid(session_text)}, event_id{*parse_uuid(event_text)}, 3, true});
    BOOST_TEST(*told.text
               == "id: 42\nevent: com.kidevent.session.places.v1\ndata: {\"session_id\":\"" + session_text
                      + "\",\"event_id\":\"" + event_text + "\",\"places_left\":3}\n\n");
    BOOST_TEST(told.topics.size() == 1U);
    BOOST_TEST(make_places_message(1, {{}, {}, 0, false}).for_staff_only);
}

BOOST_AUTO_TEST_SUITE_END()
