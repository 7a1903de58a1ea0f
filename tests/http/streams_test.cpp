// Streams of changes: who may hear what.

#include "http/stream_reader.hpp"

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

BOOST_FIXTURE_TEST_SUITE(http_streams, streams)

BOOST_AUTO_TEST_CASE(a_stream_begins_at_once_and_tells_what_everybody_may_know) {
    reader alphas{api, guest, "events"};
    BOOST_TEST(alphas.answered.status == 200);
    BOOST_TEST(alphas.answered.header_value("Content-Type") == "text/event-stream");
    BOOST_TEST(alphas.answered.header_value("Cache-Control") == "no-store");
    BOOST_TEST(alphas.answered.header_value("X-Accel-Buffering") == "no");
    BOOST_TEST(alphas.text == "retry: 3000\n\n"); // before anything was asked of the database
    BOOST_TEST(alphas.is_up_to_date());

    api.put(alpha.staff, "/api/v1/events/" + alpha.draft + "/publication");
    publish();
    const auto heard = alphas.hear(1);
    BOOST_REQUIRE(heard.size() == 1U);
    BOOST_TEST(heard[0].type == "event.published");
    BOOST_TEST(
        heard[0].id
        == superuser.value("select max(position) from platform.outbox where tenant_id = $1", {alpha.id}));
    BOOST_TEST(text_of(heard[0].data, "event_id") == alpha.draft);
    BOOST_TEST(alphas.text.find("CANARY") == std::string::npos); // identifiers only
}

BOOST_AUTO_TEST_CASE(a_tenants_changes_never_reach_another_ones_streams) {
    const std::string everything = "events,event:" + beta.event + ",session:" + beta.session;
    reader anonymous{api, guest, everything};
    reader staff{api, alpha.staff, everything + ",roster:" + beta.session};
    reader betas{api, anonymous_at("beta"), everything};
    for (reader* each : {&anonymous, &staff, &betas})
        BOOST_TEST(each->is_up_to_date());
    rename(beta, beta.event, "CANARY-beta renamed");
    const std::string child = add_child(beta.second.guardian, born_years_ago(8));
    BOOST_TEST(register_child(beta.second.guardian, child, beta.session).status == 201);
    publish();
    BOOST_TEST(types(betas.hear(2)) == "event.updated session.places");
    BOOST_TEST(types(anonymous.hear_all()) == "");
    BOOST_TEST(types(staff.hear_all()) == "");
    rename(alpha, alpha.event, "own");
    BOOST_TEST(types(staff.hear(1)) == "event.updated");
}

BOOST_AUTO_TEST_CASE(topics_are_for_those_who_may_have_them) {
    const std::string own = "user:" + alpha.first.guardian.id;
    const std::string roster = "roster:" + alpha.session;
    for (const std::string& each :
         {std::string{"events"}, "event:" + alpha.event, "session:" + alpha.session})
        for (const person& as : {guest, alpha.first.guardian, alpha.staff, alpha.owner})
            BOOST_TEST(status_of(as, each) == 200, each);
    BOOST_TEST(status_of(guest, own) == 401);
    BOOST_TEST(status_of(guest, roster) == 401);
    BOOST_TEST(status_of(alpha.first.guardian, own) == 200);
    BOOST_TEST(status_of(alpha.second.guardian, own) == 403);
    BOOST_TEST(status_of(alpha.staff, own) == 403);
    BOOST_TEST(status_of(alpha.first.guardian, roster) == 403);
    BOOST_TEST(status_of(alpha.first.guardian, own + "," + roster) == 403);
    BOOST_TEST(status_of(alpha.staff, roster) == 200);
    BOOST_TEST(status_of(alpha.owner, roster) == 200);
    // A login of another tenant is none here.
    BOOST_TEST(status_of(sent_to(beta.staff, "alpha"), roster) == 401);
    for (const char* each :
         {"", "event", "events:", "user:me", "sessions", "events,", "event:1", "roster:", "*"})
        BOOST_TEST(status_of(alpha.owner, each) == 422, each);
}

BOOST_AUTO_TEST_CASE(a_page_of_another_origin_gets_no_stream) {
    const auto status_with = [&](const header& sent) {
        return api.get(alpha.staff, "/api/v1/stream", {sent}).status;
    };
    BOOST_TEST(status_with({"Origin", "https://beta." + base_domain}) == 403);
    BOOST_TEST(status_with({"Sec-Fetch-Site", "same-site"}) == 403);
    BOOST_TEST(status_with({"Sec-Fetch-Site", "cross-site"}) == 403);
    BOOST_TEST(status_with({"Sec-Fetch-Site", "same-origin"}) == 200);
    BOOST_TEST(status_with({"Origin", "https://alpha." + base_domain}) == 200);
}

BOOST_AUTO_TEST_CASE(a_registration_is_told_to_its_household_to_staff_and_as_places_left) {
    const std::string session = alpha.later_session;
    reader household{api, alpha.first.guardian, "user:" + alpha.first.guardian.id};
    reader neighbour{api, alpha.second.guardian, "events,user:" + alpha.second.guardian.id};
    reader roster{api, alpha.staff, "roster:" + session};
    reader places_left{api, guest, "session:" + session};
    for (reader* each : {&household, &neighbour, &roster, &places_left})
        BOOST_TEST(each->is_up_to_date());
    const int free = 20 - seats_taken(session);
    const auto made = api.post(alpha.first.guardian, "/api/v1/registrations",
                               places({{alpha.first.child, session}, {alpha.first.sibling, session}}));
    BOOST_TEST(made.status == 201);
    publish();
    BOOST_TEST(types(household.hear(2)) == "registration.created registration.created");
    BOOST_TEST(types(roster.hear(2)) == "registration.created registration.created");
    // Two changes, one message: what counts is how many are left now.
    const auto left = places_left.hear(1);
    BOOST_TEST(types(left) == "session.places");
    BOOST_TEST(left.at(0).data.at("places_left").as_int64() == free - 2);
    BOOST_TEST(text_of(left.at(0).data, "session_id") == session);
    BOOST_TEST(types(places_left.hear_all()) == "session.places");
    BOOST_TEST(types(neighbour.hear_all()) == "");
}

BOOST_AUTO_TEST_CASE(drafts_are_told_to_staff_only) {
    const std::string topics = "events,event:" + alpha.draft + ",session:" + alpha.draft_session;
    reader staff{api, alpha.staff, topics};
    reader guardian{api, alpha.first.guardian, topics};
    BOOST_TEST((staff.is_up_to_date() && guardian.is_up_to_date()));
    rename(alpha, alpha.draft, "still a draft");
    BOOST_TEST(api.patch(alpha.staff, "/api/v1/sessions/" + alpha.draft_session, 1, {{"capacity", 7}}).status
               == 200);
    publish();
    BOOST_TEST(types(staff.hear(3)) == "event.updated session.updated session.places");
    BOOST_TEST(types(guardian.hear_all()) == "");
}

BOOST_AUTO_TEST_SUITE_END()
