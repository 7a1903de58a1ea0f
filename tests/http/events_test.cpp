#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

std::vector<std::string> ids_of(const answer& listed) {
    std::vector<std::string> ids;
    for (const auto& each : listed.body.at("data").as_array())
        ids.emplace_back(std::string_view{each.at("id").as_string()});
    return ids;
}

bool lists(const answer& listed, const std::string& id) {
    const auto ids = ids_of(listed);
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::string next_of(const answer& listed) {
    const auto& next = listed.body.at("page").at("next");
    return next.is_string() ? std::string{std::string_view{next.as_string()}} : std::string{};
}

std::string percent_encoded(const std::string& text) {
    static const char* const digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

std::string event_path(const std::string& id) { return "/api/v1/events/" + id; }
std::string managed_path(const std::string& id) { return "/api/v1/managed-events/" + id; }

struct calendar : two_organisations {
    answer list(const std::string& query) { return api.get(anonymous_at("alpha"), "/api/v1/events" + query); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_events, calendar)

BOOST_AUTO_TEST_CASE(a_draft_is_seen_by_staff_only_until_it_is_published) {
    BOOST_TEST(!lists(list(""), alpha.draft));
    const auto missing = api.get(anonymous_at("alpha"), event_path("019a0000-0000-7000-8000-000000000000"));
    for (const person& each : {anonymous_at("alpha"), alpha.first.guardian, alpha.staff}) {
        const auto hidden = api.get(each, event_path(alpha.draft));
        BOOST_TEST(hidden.status == 404);
        BOOST_TEST(hidden.comparable() == missing.comparable());
    }
    BOOST_TEST(api.get(alpha.first.guardian, managed_path(alpha.draft)).status == 403);
    BOOST_TEST(api.get(alpha.staff, managed_path(alpha.draft)).member("state") == "draft");
    const auto early = register_child(alpha.first.guardian, alpha.first.child, alpha.draft_session);
    BOOST_TEST(early.status == 409);
    BOOST_TEST(early.code() == "event_not_open");

    const auto published = api.put(alpha.staff, event_path(alpha.draft) + "/publication");
    BOOST_TEST(published.status == 200);
    BOOST_TEST(published.member("state") == "published");
    BOOST_TEST(lists(list(""), alpha.draft));
    BOOST_TEST(api.get(anonymous_at("alpha"), event_path(alpha.draft)).status == 200);
    BOOST_TEST(api.put(alpha.staff, event_path(alpha.draft) + "/publication").text == published.text);
}

BOOST_AUTO_TEST_CASE(an_event_without_sessions_is_not_published) {
    const auto made = api.post(alpha.staff, "/api/v1/events", {{"title", "Empty"}});
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.header_value("Location") == managed_path(made.member("id")));
    BOOST_TEST(made.member("time_zone") == "Europe/Vienna");
    const auto refused = api.put(alpha.staff, event_path(made.member("id")) + "/publication");
    BOOST_TEST(refused.status == 409);
    BOOST_TEST(refused.code() == "event_without_sessions");
}

BOOST_AUTO_TEST_CASE(a_cancelled_event_leaves_the_list_but_can_be_read) {
    const auto cancelled = api.put(alpha.owner, event_path(alpha.event) + "/cancellation");
    BOOST_TEST(cancelled.status == 200);
    BOOST_TEST(cancelled.member("state") == "cancelled");
    BOOST_TEST(api.put(alpha.owner, event_path(alpha.event) + "/cancellation").text == cancelled.text);
    BOOST_TEST(!lists(list(""), alpha.event));
    BOOST_TEST(api.get(anonymous_at("alpha"), event_path(alpha.event)).member("state") == "cancelled");
    BOOST_TEST(api.put(alpha.staff, event_path(alpha.event) + "/publication").code() == "event_not_open");
    const json::value session{
        {"starts_at", instant_in_days(70)}, {"ends_at", instant_in_days(71)}, {"capacity", 5}};
    BOOST_TEST(api.post(alpha.staff, event_path(alpha.event) + "/sessions", session).code()
               == "event_not_open");
}

BOOST_AUTO_TEST_CASE(events_and_sessions_change_under_their_versions) {
    const auto path = event_path(alpha.event);
    const int version = static_cast<int>(api.get(alpha.staff, path).body.at("version").as_int64());
    BOOST_TEST(api.patch(alpha.staff, path, 0, {{"title", "New"}}).status == 428);
    BOOST_TEST(api.patch(alpha.staff, path, version + 1, {{"title", "New"}}).status == 412);
    const auto changed = api.patch(alpha.staff, path, version, {{"title", "New"}});
    BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.member("title") == "New");
    BOOST_TEST(api.patch(alpha.staff, path, version, {{"title", "Newer"}}).status == 412);

    const std::string session = "/api/v1/sessions/" + alpha.session;
    const auto cheaper = api.patch(alpha.staff, session, 1, {{"price_minor", 0}, {"capacity", 3}});
    BOOST_TEST(cheaper.status == 200);
    BOOST_TEST(cheaper.body.at("places_left").as_int64() == 1);
    BOOST_TEST(cheaper.header_value("ETag") == "\"v2\"");
    BOOST_TEST(list("").body.at("data").at(0).at("price").at("amount_minor").as_int64() == 0);
    const auto backwards = api.patch(alpha.staff, session, 2, {{"ends_at", instant_in_days(1)}});
    BOOST_TEST(backwards.faults() == "/ends_at too_small");
    BOOST_TEST(api.patch(alpha.staff, session, 2, {{"age_min", 13}}).faults() == "/age_max too_small");
    const auto taken = api.patch(alpha.staff, session, 2,
                                 {{"starts_at", instant_in_days(40)}, {"ends_at", instant_in_days(41)}});
    BOOST_TEST(taken.code() == "session_overlaps");
}

BOOST_AUTO_TEST_CASE(what_staff_write_is_checked) {
    const auto faults_of = [&](const json::value& body) {
        return api.post(alpha.staff, "/api/v1/events", body).faults();
    };
    BOOST_TEST(faults_of({{"title", "A"}, {"time_zone", "Europe/Atlantis"}}) == "/time_zone bad_format");
    BOOST_TEST(faults_of({{"title", "A"}, {"tenant_id", beta.id}}) == "/tenant_id unknown");
    BOOST_TEST(faults_of({{"title", std::string(201, 'x')}}) == "/title too_long");
    const json::value backwards{
        {"title", "A"},
        {"sessions",
         {{{"starts_at", instant_in_days(3)}, {"ends_at", instant_in_days(2)}, {"capacity", 1}}}}};
    BOOST_TEST(faults_of(backwards) == "/sessions/0/ends_at too_small");
    BOOST_TEST(api.post(alpha.first.guardian, "/api/v1/events", {{"title", "A"}}).status == 403);
}

BOOST_AUTO_TEST_CASE(the_list_is_filtered_by_day_age_category_and_title) {
    const auto pottery = add_event(alpha.staff, "Töpfern für ÖKO-Kinder",
                                   {{"starts_at", "2031-06-30T22:30:00Z"}, // the 1st of July in Vienna
                                    {"ends_at", "2031-07-02T10:00:00Z"},
                                    {"age_min", 4},
                                    {"age_max", 5}});
    const auto cyrillic = add_event(alpha.staff, "Летний ЛАГЕРЬ Ёлка", {{"capacity", 7}});
    BOOST_TEST(lists(list("?from=2031-07-01&to=2031-07-01"), pottery.event));
    BOOST_TEST(lists(list("?from=2031-07-02&to=2031-07-05"), pottery.event)); // still going on
    BOOST_TEST(!lists(list("?from=2031-07-03"), pottery.event));
    BOOST_TEST(!lists(list("?to=2031-06-30"), pottery.event));
    BOOST_TEST(lists(list("?age=4"), pottery.event));
    BOOST_TEST(!lists(list("?age=4"), alpha.event));
    BOOST_TEST(!lists(list("?age=6"), pottery.event));
    BOOST_TEST(ids_of(list("?category=camp")) == std::vector<std::string>{alpha.event},
               boost::test_tools::per_element());
    BOOST_TEST(ids_of(list("?category=CAMP")).empty());
    for (const char* q : {"ÖKO", "öko", "TÖPFERN FÜR", "kinder"})
        BOOST_TEST(lists(list("?q=" + percent_encoded(q)), pottery.event), q);
    for (const char* q : {"лагерь", "ЛЕТНИЙ", "ёлка"})
        BOOST_TEST(ids_of(list("?q=" + percent_encoded(q))) == std::vector<std::string>{cyrillic.event},
                   boost::test_tools::per_element());
    for (const char* q : {"%25", "_", "oko"})
        BOOST_TEST(ids_of(list("?q=" + std::string{q})).empty(), q);
    const auto found = list("?q=" + percent_encoded("лагерь")).body.at("data").at(0);
    BOOST_TEST(found.at("places_left").as_int64() == 7);
}

BOOST_AUTO_TEST_CASE(unknown_doubled_and_impossible_parameters_are_refused) {
    const auto faults_of = [&](const std::string& query) {
        const auto refused = list(query);
        BOOST_TEST(refused.status == 422, query);
        return refused.faults();
    };
    BOOST_TEST(faults_of("?limit=0") == "limit too_small");
    BOOST_TEST(faults_of("?limit=101") == "limit too_large");
    BOOST_TEST(faults_of("?limit=ten") == "limit wrong_type");
    BOOST_TEST(faults_of("?limit=99999999999999999999") == "limit too_large");
    BOOST_TEST(faults_of("?age=26") == "age too_large");
    BOOST_TEST(faults_of("?from=2026-02-30") == "from bad_format");
    BOOST_TEST(faults_of("?age=7&age=8") == "age duplicate");
    BOOST_TEST(faults_of("?tenant_id=" + beta.id) == "tenant_id unknown");
    BOOST_TEST(list("?q=%ff").status == 400);
    BOOST_TEST(list("?q=%0").status == 400);
    BOOST_TEST(list("?limit=1").status == 200);
    BOOST_TEST(list("?limit=100").status == 200);
    BOOST_TEST(api.get(alpha.staff, "/api/v1/managed-events?state=secret").faults() == "state not_allowed");
}

BOOST_AUTO_TEST_CASE(walking_through_the_pages_meets_every_event_once_while_others_appear) {
    std::set<std::string> expected{alpha.event};
    // Several at one instant: the id decides among them.
    for (int i = 0; i < 11; ++i)
        expected.insert(
            add_event(alpha.staff, "Camp " + std::to_string(i),
                      {{"starts_at", instant_in_days(60 + i / 4)}, {"ends_at", instant_in_days(90)}})
                .event);
    std::vector<std::string> met;
    std::string cursor;
    int pages = 0;
    do {
        const auto page = list("?limit=3" + (cursor.empty() ? cursor : "&cursor=" + cursor));
        BOOST_REQUIRE(page.status == 200);
        const auto ids = ids_of(page);
        met.insert(met.end(), ids.begin(), ids.end());
        cursor = next_of(page);
        BOOST_TEST(page.body.at("page").at("has_more").as_bool() == !cursor.empty());
        // One before and one behind the place where the walk stands.
        add_event(alpha.staff, "Early", {{"starts_at", instant_in_days(2)}, {"ends_at", instant_in_days(3)}});
        if (pages == 0)
            expected.insert(add_event(alpha.staff, "Late",
                                      {{"starts_at", instant_in_days(80)}, {"ends_at", instant_in_days(81)}})
                                .event);
        BOOST_REQUIRE(++pages < 20);
    } while (!cursor.empty());
    BOOST_TEST(met.size() == expected.size());
    BOOST_TEST(std::set<std::string>(met.begin(), met.end()) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(staff_walk_through_all_events_newest_first) {
    for (int i = 0; i < 4; ++i)
        api.post(alpha.staff, "/api/v1/events", {{"title", "Draft " + std::to_string(i)}});
    std::vector<std::string> met;
    std::string cursor;
    do {
        const auto page = api.get(alpha.staff, "/api/v1/managed-events?limit=2&state=draft"
                                                   + (cursor.empty() ? cursor : "&cursor=" + cursor));
        BOOST_REQUIRE(page.status == 200);
        const auto ids = ids_of(page);
        met.insert(met.end(), ids.begin(), ids.end());
        cursor = next_of(page);
    } while (!cursor.empty());
    BOOST_TEST(met.size() == 5u);
    BOOST_TEST(met.back() == alpha.draft);
    BOOST_TEST(std::is_sorted(met.rbegin(), met.rend()));
}

BOOST_AUTO_TEST_CASE(a_cursor_is_good_for_the_list_it_was_made_for) {
    add_event(alpha.staff, "Second");
    add_event(beta.staff, "Second");
    const std::string cursor = next_of(list("?limit=1"));
    BOOST_REQUIRE(!cursor.empty());
    BOOST_TEST(list("?limit=5&cursor=" + cursor).status == 200);
    const auto refused = [&](const answer& got) {
        return got.status == 400 && got.code() == "invalid_cursor";
    };
    BOOST_TEST(refused(api.get(anonymous_at("beta"), "/api/v1/events?limit=1&cursor=" + cursor)));
    BOOST_TEST(refused(list("?limit=1&age=8&cursor=" + cursor)));
    BOOST_TEST(refused(api.get(alpha.staff, "/api/v1/managed-events?cursor=" + cursor)));
    std::string forged = cursor;
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    BOOST_TEST(refused(list("?cursor=" + forged)));
    for (const char* nonsense : {"", "x", "AAAA", "%00", "........"}) {
        const auto got = list("?cursor=" + std::string{nonsense});
        BOOST_TEST(got.status == 400, nonsense);
    }
}

BOOST_AUTO_TEST_CASE(the_public_list_costs_one_round_trip) {
    list("");
    const auto before = api.round_trips();
    BOOST_TEST(list("?limit=50&q=a&age=8").status == 200);
    BOOST_TEST(api.round_trips() - before == 1u);
    api.get(anonymous_at("alpha"), event_path(alpha.event));
    BOOST_TEST(api.round_trips() - before == 2u);
    api.get(anonymous_at("alpha"), "/api/v1/organisation");
    BOOST_TEST(api.round_trips() - before == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_over_is_no_longer_listed) {
    superuser.execute("update sessions set starts_at = now() - interval '2 days', ends_at = now() - "
                      "interval '1 second' where event_id = '"
                      + alpha.event + "' and id = '" + alpha.session
                      + "'; update events set starts_at = now() - interval '2 days', ends_at = now() - "
                        "interval '1 second' where id = '"
                      + alpha.event + "'");
    BOOST_TEST(!lists(list(""), alpha.event));
    BOOST_TEST(api.get(anonymous_at("alpha"), event_path(alpha.event)).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
