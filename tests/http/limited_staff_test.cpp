// Staff that is limited to given events: 403 for what everybody may see, 404 for what they may not, nothing
// of it in lists, previews and streams, and no permission for what belongs to no event.

#include "http/route_suppliers.hpp"
#include "http/stream_reader.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

struct limited_staff_case : route_suppliers {
    offered own;     // theirs
    offered foreign; // published, and not theirs

    limited_staff_case() : own(add_event(alpha.staff, "Own")), foreign(add_event(alpha.staff, "Foreign")) {
        superuser.rows("delete from account_events where account_id = $1", {limited.id});
        let_reach(own.event);
    }
    int status(const std::string& method, const std::string& target, const json::value& body = nullptr,
               int version = 0) {
        std::vector<header> headers;
        if (version > 0) headers.push_back({"If-Match", "\"v" + std::to_string(version) + "\""});
        return api
            .send(make_request(method, limited, "/api/v1" + target,
                               body.is_null() ? std::string{} : json::serialize(body), headers))
            .status;
    }
    std::vector<std::string> titles(const person& as, const std::string& query = "") {
        std::vector<std::string> listed;
        const auto got = api.get(as, "/api/v1/managed-events" + query);
        for (const auto& each : got.body.at("data").as_array())
            listed.emplace_back(std::string_view{each.at("title").as_string()});
        return listed;
    }
    void publish() { superuser.rows("select platform.publish_events(10000)"); }
    int stream_status(const std::string& topics) {
        return api.served().call(make_request("GET", limited, "/api/v1/stream?topics=" + topics)).status;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_limited_staff, limited_staff_case)

BOOST_AUTO_TEST_CASE(their_events_are_theirs) {
    BOOST_TEST(status("GET", "/managed-events/" + own.event) == 200);
    BOOST_TEST(status("PATCH", "/events/" + own.event, {{"title", "Changed"}}, 2) == 200);
    BOOST_TEST(status("PATCH", "/sessions/" + own.session, {{"capacity", 9}}, 1) == 200);
    BOOST_TEST(status("GET", "/sessions/" + own.session + "/roster") == 200);
    BOOST_TEST(status("PUT", "/events/" + own.event + "/cancellation") == 200);
}

BOOST_AUTO_TEST_CASE(a_published_event_of_others_is_forbidden) {
    const json::value session{
        {"starts_at", instant_in_days(100)}, {"ends_at", instant_in_days(101)}, {"capacity", 5}};
    BOOST_TEST(status("GET", "/events/" + foreign.event) == 200); // as everybody
    BOOST_TEST(status("GET", "/managed-events/" + foreign.event) == 403);
    BOOST_TEST(status("PATCH", "/events/" + foreign.event, {{"title", "Changed"}}, 2) == 403);
    BOOST_TEST(status("PUT", "/events/" + foreign.event + "/publication") == 403);
    BOOST_TEST(status("PUT", "/events/" + foreign.event + "/cancellation") == 403);
    BOOST_TEST(status("POST", "/events/" + foreign.event + "/sessions", session) == 403);
    BOOST_TEST(status("PATCH", "/sessions/" + foreign.session, {{"capacity", 9}}, 1) == 403);
    BOOST_TEST(status("GET", "/sessions/" + foreign.session + "/roster") == 403);
    BOOST_TEST(api.get(alpha.staff, "/api/v1/managed-events/" + foreign.event).member("title") == "Foreign");
    BOOST_TEST(superuser.value("select count(*) from platform.audit_entries where action = 'roster.read'"
                               " and subject = $1",
                               {"sessions/" + foreign.session})
               == "0");
}

BOOST_AUTO_TEST_CASE(a_draft_of_others_is_not_there) {
    const json::value session{
        {"starts_at", instant_in_days(100)}, {"ends_at", instant_in_days(101)}, {"capacity", 5}};
    for (const std::string& id : {alpha.draft, missing_id}) {
        BOOST_TEST(status("GET", "/managed-events/" + id) == 404);
        BOOST_TEST(status("PATCH", "/events/" + id, {{"title", "Changed"}}, 1) == 404);
        BOOST_TEST(status("PUT", "/events/" + id + "/publication") == 404);
        BOOST_TEST(status("PUT", "/events/" + id + "/cancellation") == 404);
        BOOST_TEST(status("POST", "/events/" + id + "/sessions", session) == 404);
    }
    for (const std::string& id : {alpha.draft_session, missing_id}) {
        BOOST_TEST(status("PATCH", "/sessions/" + id, {{"capacity", 9}}, 1) == 404);
        BOOST_TEST(status("GET", "/sessions/" + id + "/roster") == 404);
    }
}

BOOST_AUTO_TEST_CASE(registrations_of_other_events_are_not_there) {
    BOOST_TEST(status("GET", "/registrations/" + alpha.first.registration) == 404);
    BOOST_TEST(status("PUT", "/registrations/" + alpha.first.registration + "/cancellation") == 404);
    const auto made = register_child(alpha.first.guardian, fresh_child(), own.session);
    const std::string id{std::string_view{made.body.at("data").at(0).at("id").as_string()}};
    BOOST_TEST(status("GET", "/registrations/" + id) == 200);
    BOOST_TEST(status("PUT", "/registrations/" + id + "/cancellation") == 200);
    // A guardian of the household is limited to nothing.
    BOOST_TEST(api.get(alpha.first.guardian, "/api/v1/registrations/" + alpha.first.registration).status
               == 200);
}

BOOST_AUTO_TEST_CASE(lists_leave_others_out_page_by_page) {
    BOOST_TEST(titles(limited) == std::vector<std::string>{"Own"}, boost::test_tools::per_element());
    BOOST_TEST(titles(alpha.staff).size() > 2u);
    const auto more = add_event(alpha.staff, "More");
    let_reach(more.event);
    const auto first = api.get(limited, "/api/v1/managed-events?limit=1");
    BOOST_TEST(titles(limited, "?limit=1") == std::vector<std::string>{"More"},
               boost::test_tools::per_element());
    const std::string next{std::string_view{first.body.at("page").at("next").as_string()}};
    BOOST_TEST(titles(limited, "?limit=1&cursor=" + next) == std::vector<std::string>{"Own"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_is_limited_to_no_event_reaches_none) {
    superuser.rows("delete from account_events where account_id = $1", {limited.id});
    api.served().parts().remembered.forget_all();
    BOOST_TEST(titles(limited).empty());
    BOOST_TEST(status("GET", "/managed-events/" + own.event) == 403);
}

BOOST_AUTO_TEST_CASE(previews_are_of_their_events) {
    const auto preview = [&](const std::string& subject) {
        return status("POST", "/notification-previews",
                      {{"kind", "session_reminder"}, {"subject_id", subject}});
    };
    BOOST_TEST(preview(own.session) == 200);
    BOOST_TEST(preview(foreign.session) == 404);
    BOOST_TEST(preview(alpha.draft_session) == 404);
}

BOOST_AUTO_TEST_CASE(what_belongs_to_no_event_is_not_for_them) {
    for (const char* const each :
         {"/notifications", "/notification-rules", "/suppressed-addresses", "/webhooks"})
        BOOST_TEST(status("GET", each) == 403, each);
    BOOST_TEST(status("POST", "/events", {{"title", "New"}}) == 403);
}

BOOST_AUTO_TEST_CASE(streams_tell_of_their_sessions) {
    BOOST_TEST(stream_status("roster:" + own.session) == 200);
    BOOST_TEST(stream_status("roster:" + foreign.session) == 403);
    BOOST_TEST(stream_status("roster:" + alpha.draft_session) == 404);
    BOOST_TEST(stream_status("roster:" + missing_id) == 404);
    BOOST_TEST(stream_status("roster:" + own.session + ",roster:" + foreign.session) == 403);
    BOOST_TEST(stream_status("events,session:" + foreign.session) == 200); // what everybody hears
}

BOOST_AUTO_TEST_CASE(streams_tell_of_their_own_drafts_and_of_no_others) {
    const auto made = api.post(alpha.staff, "/api/v1/events", {{"title", "Own draft"}});
    BOOST_REQUIRE(made.status == 201);
    const std::string draft = made.member("id");
    let_reach(draft);
    publish();
    const std::string topics =
        "events,event:" + draft + ",event:" + alpha.draft + ",session:" + alpha.draft_session;
    reader theirs{api, limited, topics};
    reader all{api, alpha.staff, topics};
    BOOST_TEST((theirs.is_up_to_date() && all.is_up_to_date()));
    for (const std::string& id : {alpha.draft, draft})
        BOOST_TEST(api.patch(alpha.staff, "/api/v1/events/" + id, 1, {{"title", "Still a draft"}}).status
                   == 200);
    BOOST_TEST(api.patch(alpha.staff, "/api/v1/sessions/" + alpha.draft_session, 1, {{"capacity", 7}}).status
               == 200);
    publish();
    BOOST_TEST(types(all.hear(4)) == "event.updated event.updated session.updated session.places");
    const auto heard = theirs.hear(1);
    BOOST_REQUIRE(types(heard) == "event.updated");
    BOOST_TEST(text_of(heard[0].data, "event_id") == draft);
    BOOST_TEST(types(theirs.hear_all()) == "event.updated");
    // Who comes back is told no more.
    reader again{api, limited, topics, all.parsed().front().id};
    BOOST_TEST(again.is_up_to_date());
    for (const told& each : again.hear_all())
        BOOST_TEST(text_of(each.data, "event_id") == draft);
    // What everybody may know they may, too.
    BOOST_TEST(api.put(alpha.staff, "/api/v1/events/" + alpha.draft + "/publication").status == 200);
    publish();
    BOOST_TEST(types(theirs.hear(2)) == "event.updated event.published");
}

BOOST_AUTO_TEST_SUITE_END()
