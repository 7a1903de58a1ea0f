// What is remembered saves round trips and is never older than an acknowledged change of the same machine.

#include "support/api_client.hpp"

#include "services.hpp"

#include <atomic>
#include <random>
#include <thread>

namespace kidevent::tests {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

const std::string list_path = "/api/v1/events?limit=100";

std::string event_path(const std::string& id) { return "/api/v1/events/" + id; }

// As long as nobody changes anything, nothing gets old.
settings for_ever(settings with) {
    with.cache.bytes_max = 32 * 1024 * 1024;
    with.cache.answer_ttl = 1h;
    with.cache.login_ttl = 1h;
    return with;
}

struct two_workers : two_organisations {
    shared_memory machine = make_shared_memory();
    api_client one{for_ever(with), machine};
    api_client other{for_ever(with), machine};
    const person guest = anonymous_at("alpha");

    std::uint64_t trips(api_client& of, const person& as, const std::string& target) {
        const auto before = of.round_trips();
        BOOST_TEST(of.get(as, target).status == 200);
        return of.round_trips() - before;
    }
    // Both remember the list and the event.
    void warm() {
        for (api_client* each : {&one, &other})
            for (const auto& path : {list_path, event_path(alpha.event)})
                each->get(guest, path);
    }
    std::string title_at(api_client& of) { return of.get(guest, event_path(alpha.event)).member("title"); }
    std::int64_t places_at(api_client& of) {
        return of.get(guest, list_path).body.at("data").at(0).at("places_left").as_int64();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_cache, two_workers)

BOOST_AUTO_TEST_CASE(what_is_remembered_costs_no_round_trip) {
    trips(one, guest, list_path);
    BOOST_TEST(trips(one, guest, list_path) == 0U);
    BOOST_TEST(trips(one, guest, "/api/v1/events?limit=99") == 1U);
    BOOST_TEST(trips(one, guest, event_path(alpha.event)) == 1U);
    BOOST_TEST(trips(one, guest, event_path(alpha.event)) == 0U);
    BOOST_TEST(trips(one, alpha.staff, "/api/v1/managed-events") == 2U); // the login and the list
    BOOST_TEST(trips(one, alpha.staff, "/api/v1/managed-events") == 1U);
    const auto stats = one.served().parts().remembered.stats();
    BOOST_TEST(stats.hits == 3U);
    BOOST_TEST(stats.entries == 4U);
}

BOOST_AUTO_TEST_CASE(switched_off_every_request_asks_the_database) {
    settings off = with;
    off.cache.bytes_max = 0;
    api_client plain{off};
    plain.get(guest, list_path);
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(trips(plain, guest, list_path) == 1U);
        BOOST_TEST(trips(plain, guest, event_path(alpha.event)) == 1U);
        BOOST_TEST(trips(plain, alpha.staff, "/api/v1/managed-events") == 2U);
    }
    BOOST_TEST(plain.get(guest, list_path).text == one.get(guest, list_path).text);
}

BOOST_AUTO_TEST_CASE(answers_are_the_same_remembered_or_not) {
    for (const auto& path : {list_path, event_path(alpha.event), std::string{"/api/v1/events?q=summer"}}) {
        const auto first = one.get(guest, path);
        const auto again = one.get(guest, path);
        BOOST_TEST(again.text == first.text);
        for (const char* name : {"ETag", "Cache-Control", "Content-Type"})
            BOOST_TEST(again.header_value(name) == first.header_value(name));
        BOOST_TEST(first.header_value("Cache-Control") == "public, no-cache");
    }
}

BOOST_AUTO_TEST_CASE(who_has_the_answer_already_is_told_so) {
    for (const auto& path : {list_path, event_path(alpha.event)}) {
        const auto tag = one.get(guest, path).header_value("ETag");
        BOOST_REQUIRE(!tag.empty());
        for (const std::string& sent : {tag, "W/" + tag, "\"x\", " + tag, std::string{"*"}}) {
            const auto got = one.get(guest, path, {{"If-None-Match", sent}});
            BOOST_TEST(got.status == 304);
            BOOST_TEST(got.text.empty());
            BOOST_TEST(got.header_value("ETag") == tag);
        }
        BOOST_TEST(one.get(guest, path, {{"If-None-Match", "\"v1\", \"x\""}}).status == 200);
        one.post(alpha.first.guardian, "/api/v1/registrations",
                 places({{alpha.first.sibling, path == list_path ? alpha.session : alpha.later_session}}));
        // The event's own row is as it was, but not the places that are left.
        const auto changed = one.get(guest, path, {{"If-None-Match", tag}});
        BOOST_TEST(changed.status == 200);
        BOOST_TEST(changed.header_value("ETag") != tag);
    }
    // Its tag names the version too: what was read there can be changed.
    const auto tag = one.get(guest, event_path(alpha.event)).header_value("ETag");
    const auto written = one.send(make_request("PATCH", alpha.staff, event_path(alpha.event),
                                               R"({"title": "By tag"})", {{"If-Match", tag}}));
    BOOST_TEST(written.status == 200);
}

BOOST_AUTO_TEST_CASE(every_kind_of_change_is_seen_by_the_next_request_at_the_other_worker) {
    const auto staff = alpha.staff;
    int version = static_cast<int>(one.get(guest, event_path(alpha.event)).body.at("version").as_int64());
    warm();
    const auto before = places_at(other);

    BOOST_REQUIRE(one.patch(staff, event_path(alpha.event), version, {{"title", "New"}}).status == 200);
    BOOST_TEST(title_at(other) == "New");
    BOOST_TEST(title_at(one) == "New");

    warm();
    const auto made = one.post(alpha.second.guardian, "/api/v1/registrations",
                               places({{alpha.second.sibling, alpha.later_session}}));
    BOOST_REQUIRE(made.status == 201);
    BOOST_TEST(places_at(other) == before - 1);
    warm();
    const std::string id{made.body.at("data").at(0).at("id").as_string()};
    BOOST_REQUIRE(one.put(alpha.second.guardian, "/api/v1/registrations/" + id + "/cancellation").status
                  == 200);
    BOOST_TEST(places_at(other) == before);

    warm();
    BOOST_REQUIRE(one.patch(staff, "/api/v1/sessions/" + alpha.later_session, 1, {{"capacity", 77}}).status
                  == 200);
    BOOST_TEST(places_at(other) != before);
    warm();
    const json::value session{
        {"starts_at", instant_in_days(70)}, {"ends_at", instant_in_days(71)}, {"capacity", 5}};
    BOOST_REQUIRE(one.post(staff, event_path(alpha.event) + "/sessions", session).status == 201);
    BOOST_TEST(other.get(guest, event_path(alpha.event)).body.at("sessions").as_array().size() == 3U);

    warm();
    BOOST_TEST(other.get(guest, event_path(alpha.draft)).status == 404);
    BOOST_REQUIRE(one.put(staff, event_path(alpha.draft) + "/publication").status == 200);
    BOOST_TEST(other.get(guest, event_path(alpha.draft)).status == 200);
    BOOST_TEST(other.get(guest, list_path).body.at("data").as_array().size() == 2U);
    warm();
    BOOST_REQUIRE(one.put(alpha.owner, event_path(alpha.event) + "/cancellation").status == 200);
    BOOST_TEST(other.get(guest, list_path).body.at("data").as_array().size() == 1U);
    BOOST_TEST(other.get(guest, event_path(alpha.event)).member("state") == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_repeated_answer_tells_of_its_work_again) {
    // The worker that did the work has not told of it yet: here one with memory of its own.
    api_client silent{for_ever(with)};
    const auto body = places({{alpha.second.sibling, alpha.later_session}});
    const std::vector<header> key{{"Idempotency-Key", "0123456789abcdef-1"}};
    warm();
    const auto before = places_at(other);
    BOOST_REQUIRE(silent.post(alpha.second.guardian, "/api/v1/registrations", body, key).status == 201);
    BOOST_TEST(places_at(other) == before);
    const auto repeated = one.post(alpha.second.guardian, "/api/v1/registrations", body, key);
    BOOST_REQUIRE(repeated.header_value("Idempotency-Replayed") == "true");
    BOOST_TEST(places_at(other) == before - 1);
    const std::string id{repeated.body.at("data").at(0).at("id").as_string()};
    const std::string cancellation = "/api/v1/registrations/" + id + "/cancellation";
    BOOST_REQUIRE(silent.put(alpha.second.guardian, cancellation).status == 200);
    BOOST_TEST(places_at(other) == before - 1);
    BOOST_REQUIRE(one.put(alpha.second.guardian, cancellation).status == 200);
    BOOST_TEST(places_at(other) == before);
}

BOOST_AUTO_TEST_CASE(what_another_process_changed_shows_when_somebody_tells_of_it) {
    api_client elsewhere{for_ever(with)}; // the command line, or another machine
    warm();
    const int version =
        static_cast<int>(one.get(guest, event_path(alpha.event)).body.at("version").as_int64());
    BOOST_REQUIRE(elsewhere.patch(alpha.staff, event_path(alpha.event), version, {{"title", "Far"}}).status
                  == 200);
    BOOST_TEST(title_at(other) != "Far");
    one.served().parts().forget({*parse_uuid(alpha.id)}, "events");
    BOOST_TEST(title_at(other) == "Far");
}

BOOST_AUTO_TEST_CASE(a_change_elsewhere_shows_when_the_time_is_over) {
    settings brief = for_ever(with);
    brief.cache.answer_ttl = 300ms;
    api_client worker{brief};
    api_client elsewhere{brief};
    const auto version = worker.get(guest, event_path(alpha.event)).body.at("version").as_int64();
    elsewhere.patch(alpha.staff, event_path(alpha.event), static_cast<int>(version), {{"title", "Far"}});
    BOOST_TEST(title_at(worker) != "Far");
    worker.run_for(310ms);
    BOOST_TEST(title_at(worker) == "Far");
}

BOOST_AUTO_TEST_CASE(an_event_leaves_the_list_when_it_is_over_however_long_answers_are_remembered) {
    superuser.execute("update sessions set starts_at = now() - interval '2 days', ends_at = now() + interval "
                      "'1 second' where id = '"
                      + alpha.session + "'; delete from registrations where session_id = '"
                      + alpha.later_session + "'; delete from sessions where id = '" + alpha.later_session
                      + "'; update events set starts_at = now() - interval '2 days', ends_at = now() + "
                        "interval '1 second' where id = '"
                      + alpha.event + "'");
    BOOST_TEST(one.get(guest, list_path).body.at("data").as_array().size() == 1U);
    one.run_for(1100ms);
    BOOST_TEST(one.get(guest, list_path).body.at("data").as_array().size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_login_ends_at_every_worker_at_once) {
    const std::string mine = "/api/v1/accounts/me";
    const auto staff = one.sign_in("alpha", alpha.staff.email);
    const auto again = one.sign_in("alpha", alpha.staff.email);
    for (const auto& each : {staff, again})
        BOOST_TEST(other.get(each, mine).status == 200);
    BOOST_TEST(one.remove(staff, "/api/v1/logins/current").status == 204);
    BOOST_TEST(other.get(staff, mine).status == 401);
    BOOST_TEST(other.get(again, mine).status == 200);
    BOOST_TEST(other.get(sent_to(again, "beta"), mine).status == 401);
}

BOOST_AUTO_TEST_CASE(a_login_ends_when_its_time_is_over_however_long_it_is_remembered) {
    settings brief = for_ever(with);
    brief.identity.login_lifetime = 2s;
    api_client worker{brief};
    const auto staff = worker.sign_in("alpha", alpha.staff.email);
    BOOST_TEST(worker.get(staff, "/api/v1/accounts/me").status == 200);
    worker.run_for(2100ms);
    BOOST_TEST(worker.get(staff, "/api/v1/accounts/me").status == 401);
}

BOOST_AUTO_TEST_CASE(a_suspended_organisation_answers_nothing_that_is_remembered) {
    warm();
    one.get(alpha.staff, "/api/v1/accounts/me");
    const json::value why{{"reason", "unpaid"}};
    BOOST_REQUIRE(other.put(admin, "/api/v1/tenants/alpha/suspension", why).status == 200);
    BOOST_TEST(one.get(guest, list_path).status == 403);
    BOOST_TEST(one.get(guest, event_path(alpha.event)).status == 403);
    BOOST_TEST(other.get(guest, list_path).status == 403);
}

BOOST_AUTO_TEST_CASE(tenants_share_nothing_that_is_remembered) {
    const auto mine = one.get(guest, list_path);
    const auto theirs = one.get(anonymous_at("beta"), list_path);
    BOOST_TEST(mine.text.find("CANARY-beta") == std::string::npos);
    BOOST_TEST(theirs.text.find("CANARY-alpha") == std::string::npos);
    BOOST_TEST(one.get(anonymous_at("beta"), event_path(alpha.event)).status == 404);
    // What one tenant changes costs another one nothing.
    const int version =
        static_cast<int>(one.get(guest, event_path(alpha.event)).body.at("version").as_int64());
    one.patch(alpha.staff, event_path(alpha.event), version, {{"title", "New"}});
    BOOST_TEST(trips(one, anonymous_at("beta"), list_path) == 0U);
}

// Each thread is a worker that changes an event of its own and reads both; what a request answered before
// another one began, that one must see.
BOOST_AUTO_TEST_CASE(no_worker_reads_what_is_older_than_an_acknowledged_change) {
    constexpr int rounds = 200;
    const std::array<std::string, 2> events{add_event(alpha.staff, "n 0").event,
                                            add_event(alpha.staff, "n 0").event};
    std::array<std::atomic<int>, 2> acknowledged{0, 0};
    std::atomic<int> stale{0};
    std::atomic<int> failed{0};
    std::atomic<std::uint64_t> hits{0};
    const auto number_in = [](std::string_view text, const std::string& event) {
        const auto at = text.find("\"title\":\"n ", text.find(event));
        return std::atoi(std::string{text.substr(at + 11, 8)}.c_str());
    };
    const auto work = [&](std::size_t mine, api_client& on) {
        auto& worker = on.served();
        std::minstd_rand chance{static_cast<unsigned>(mine) + 1};
        int version = 2; // made and published
        for (int n = 1; n <= rounds; ++n) {
            const auto written = worker.call(make_request(
                "PATCH", alpha.staff, event_path(events[mine]), "{\"title\":\"n " + std::to_string(n) + "\"}",
                {{"If-Match", "\"v" + std::to_string(version++) + "\""}}));
            if (written.status != 200) ++failed;
            acknowledged[mine] = n;
            for (auto reads = chance() % 12; reads > 0; --reads) {
                const std::size_t which = chance() % 2;
                const int floor = acknowledged[which];
                const auto& path = chance() % 2 == 0 ? list_path : event_path(events[which]);
                const auto read = worker.call(make_request("GET", guest, path));
                if (read.status != 200) ++failed;
                if (number_in(read.text(), events[which]) < floor) ++stale;
            }
        }
        hits += worker.parts().remembered.stats().hits;
    };
    std::thread beside{[&] { work(0, one); }};
    work(1, other);
    beside.join();
    BOOST_TEST(failed == 0);
    BOOST_TEST(stale == 0);
    BOOST_TEST(hits > 100U); // or nothing was put to the test
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
