// The API on a Redis that is there, away, slow, full, emptied or says nonsense: slower, never wrong.

#include "support/api_client.hpp"
#include "support/fault_proxy.hpp"
#include "support/redis_server.hpp"

#include "services.hpp"

namespace kidevent::tests {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

settings on_redis(settings with, const std::string& address) {
    with.redis.address = address;
    with.cache.answer_ttl = 1500ms; // the second level is left alone that long after a change
    return with;
}

const redis::client_stats redis_of(api_client& of) { return of.served().parts().redis.stats(); }

bool comes_up(api_client& of) {
    for (int i = 0; i < 300 && !redis_of(of).is_up; ++i)
        of.run_for(10ms);
    return redis_of(of).is_up;
}

const std::string list_path = "/api/v1/events?limit=100";

std::string title_in(const answer& list, const std::string& event) {
    for (const auto& each : list.body.at("data").as_array())
        if (std::string_view{each.at("id").as_string()} == event)
            return std::string{std::string_view{each.at("title").as_string()}};
    return "not listed";
}

std::int64_t places_left(const answer& list, const std::string& event) {
    for (const auto& each : list.body.at("data").as_array())
        if (std::string_view{each.at("id").as_string()} == event) return each.at("places_left").as_int64();
    return -1;
}

struct world : two_organisations {
    redis_server redis;

    int version_of(const std::string& event) {
        const auto got = api.get(alpha.staff, "/api/v1/managed-events/" + event);
        return static_cast<int>(got.body.at("version").as_int64());
    }

    // What people do, and the answers that must be the same with any Redis and without.
    void use_all(api_client& on, const std::string& round) {
        const auto guest = anonymous_at("alpha");
        const auto before = on.get(guest, list_path);
        BOOST_REQUIRE(before.status == 200);
        const auto changed = on.patch(alpha.staff, "/api/v1/events/" + alpha.event, version_of(alpha.event),
                                      {{"title", round}});
        BOOST_REQUIRE(changed.status == 200);
        BOOST_TEST(title_in(on.get(guest, list_path), alpha.event) == round);
        BOOST_TEST(on.get(guest, "/api/v1/events/" + alpha.event).member("title") == round);

        const auto child = add_child(alpha.first.guardian, born_years_ago(9));
        const auto places_before = places_left(on.get(guest, list_path), alpha.event);
        const auto registered =
            on.post(alpha.first.guardian, "/api/v1/registrations", places({{child, alpha.later_session}}));
        BOOST_REQUIRE(registered.status == 201);
        BOOST_TEST(places_left(on.get(guest, list_path), alpha.event) == places_before - 1);
        const std::string id{registered.body.at("data").at(0).at("id").as_string()};
        BOOST_TEST(on.put(alpha.first.guardian, "/api/v1/registrations/" + id + "/cancellation").status
                   == 200);
        BOOST_TEST(places_left(on.get(guest, list_path), alpha.event) == places_before);
        // Nobody else's list.
        BOOST_TEST(title_in(on.get(anonymous_at("beta"), list_path), alpha.event) == "not listed");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(redis_degraded_api, world)

BOOST_AUTO_TEST_CASE(an_answer_that_one_worker_loaded_another_one_finds_in_redis) {
    api_client first{on_redis(with, redis.address())};
    api_client second{on_redis(with, redis.address())}; // memory of its own: another machine
    BOOST_REQUIRE(comes_up(first));
    BOOST_REQUIRE(comes_up(second));
    const auto guest = anonymous_at("alpha");
    second.get(guest, "/api/v1/organisation"); // knows the tenant
    const auto loaded = first.get(guest, list_path);
    first.run_for(20ms);
    const auto before = second.round_trips();
    const auto found = second.get(guest, list_path);
    BOOST_TEST(found.text == loaded.text);
    BOOST_TEST(found.header_value("ETag") == loaded.header_value("ETag"));
    BOOST_TEST(second.round_trips() == before);
    BOOST_TEST(second.served().parts().second_level.stats().hits == 1U);
    // A change on one machine is a change on the other one that looks into Redis.
    first.patch(alpha.staff, "/api/v1/events/" + alpha.event, version_of(alpha.event), {{"title", "Told"}});
    first.run_for(20ms);
    api_client third{on_redis(with, redis.address())};
    BOOST_REQUIRE(comes_up(third));
    BOOST_TEST(title_in(third.get(guest, list_path), alpha.event) == "Told");
    third.run_for(20ms);
    // Values of one tenant lie under its id.
    BOOST_TEST(redis.command({"KEYS", "kidevent:1:v:" + alpha.id + ":*"}) != "");
    BOOST_TEST(redis.command({"KEYS", "kidevent:1:v:" + beta.id + ":*"}) == "");
}

BOOST_AUTO_TEST_CASE(answers_are_the_same_whatever_redis_does) {
    fault_proxy proxy{redis.address()};
    api_client on{on_redis(with, proxy.address())};
    BOOST_REQUIRE(comes_up(on));
    use_all(on, "with Redis");
    const std::vector<std::pair<fault, std::string>> faults{{fault::down, "down"},
                                                            {fault::slow, "slow"},
                                                            {fault::silent, "silent"},
                                                            {fault::reset_in_mid_reply, "reset"},
                                                            {fault::garbage, "garbage"}};
    for (const auto& [what, name] : faults) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_REQUIRE(comes_up(on));
            proxy.set(what, 5000ms);
            const auto began = std::chrono::steady_clock::now();
            use_all(on, name);
            // Once a second or so Redis is tried again and given up after redis.command_timeout.
            BOOST_CHECK(std::chrono::steady_clock::now() - began < 4s);
            proxy.set(fault::none);
        }
    }
    use_all(on, "with Redis again");
}

BOOST_AUTO_TEST_CASE(a_full_redis_stores_nothing_and_forgets_what_it_must) {
    redis_server full{{"--maxmemory", "1", "--maxmemory-policy", "noeviction"}};
    api_client on{on_redis(with, full.address())};
    BOOST_REQUIRE(comes_up(on));
    use_all(on, "full");
    on.run_for(1700ms);
    use_all(on, "full for a while");
    BOOST_TEST(redis_of(on).refused > 0U);
    BOOST_TEST(full.command({"DBSIZE"}) == "0");
}

BOOST_AUTO_TEST_CASE(a_redis_that_fills_up_still_forgets) {
    api_client first{on_redis(with, redis.address())};
    api_client second{on_redis(with, redis.address())};
    BOOST_REQUIRE(comes_up(first));
    BOOST_REQUIRE(comes_up(second));
    const auto guest = anonymous_at("alpha");
    first.get(guest, list_path);
    first.run_for(20ms);
    redis.command({"CONFIG", "SET", "maxmemory", "1"});
    first.patch(alpha.staff, "/api/v1/events/" + alpha.event, version_of(alpha.event), {{"title", "Full"}});
    first.run_for(20ms);
    BOOST_TEST(title_in(second.get(guest, list_path), alpha.event) == "Full");
}

BOOST_AUTO_TEST_CASE(a_change_that_redis_did_not_hear_of_is_seen_on_its_own_machine) {
    fault_proxy proxy{redis.address()};
    shared_memory machine = make_shared_memory();
    api_client on{on_redis(with, proxy.address()), machine};
    api_client beside{on_redis(with, redis.address()), machine};
    BOOST_REQUIRE(comes_up(on));
    BOOST_REQUIRE(comes_up(beside));
    const auto guest = anonymous_at("alpha");
    const int version = version_of(alpha.event);
    on.get(guest, list_path);
    on.run_for(20ms);
    proxy.set(fault::down);
    BOOST_REQUIRE(
        on.patch(alpha.staff, "/api/v1/events/" + alpha.event, version, {{"title", "Unheard"}}).status
        == 200);
    proxy.set(fault::none);
    BOOST_TEST(redis.command({"KEYS", "kidevent:1:v:*"}) != ""); // what was before lies there still
    BOOST_TEST(title_in(beside.get(guest, list_path), alpha.event) == "Unheard");
    BOOST_REQUIRE(comes_up(on));
    BOOST_TEST(title_in(on.get(guest, list_path), alpha.event) == "Unheard");
}

BOOST_AUTO_TEST_CASE(an_emptied_redis_brings_nothing_back) {
    api_client on{on_redis(with, redis.address())};
    BOOST_REQUIRE(comes_up(on));
    for (int i = 0; i < 3; ++i) {
        use_all(on, "emptied " + std::to_string(i));
        redis.command({"FLUSHALL"});
    }
}

BOOST_AUTO_TEST_CASE(operators_hear_of_redis_and_of_what_is_remembered) {
    api_client on{on_redis(with, redis.address())};
    const auto value = [&on](const std::string& series) {
        const std::string text = "\n" + on.served().metrics_text();
        const auto at = text.find("\n" + series + " ");
        return at == text.npos ? -1 : std::stod(text.substr(at + series.size() + 2));
    };
    BOOST_REQUIRE(comes_up(on));
    const auto guest = anonymous_at("alpha");
    for (int i = 0; i < 3; ++i)
        on.get(guest, list_path);
    BOOST_TEST(on.get({"x"}, "/readyz?verbose").text.ends_with("[+]redis ok\nok\n"));
    on.run_for(1100ms);
    BOOST_TEST(value("kidevent_cache_lookups_total{result=\"miss\"}") == 1);
    BOOST_TEST(value("kidevent_cache_lookups_total{result=\"hit\"}") == 2);
    BOOST_TEST(value("kidevent_cache_loads_total") == 1);
    BOOST_TEST(value("kidevent_cache_entries") == 1);
    BOOST_TEST(value("kidevent_cache_bytes") > 100);
    BOOST_TEST(value("kidevent_cache_redis_lookups_total{result=\"miss\"}") == 1);
    BOOST_TEST(value("kidevent_redis_connected_workers") == 1);
    BOOST_TEST(value("kidevent_redis_commands_total") > 3);
    BOOST_TEST(value("kidevent_redis_failures_total{kind=\"unsent\"}") == 0);
    redis.stop();
    on.run_for(20ms);
    const auto told = on.get({"x"}, "/readyz?verbose");
    BOOST_TEST(told.status == 200);
    BOOST_TEST(told.text.ends_with("[-]redis degraded\nok\n"));
    BOOST_TEST(on.get({"x"}, "/readyz").text == "ok\n");
    on.get(guest, "/api/v1/events?limit=3");
    on.run_for(1100ms);
    BOOST_TEST(value("kidevent_redis_connected_workers") == 0);
    BOOST_TEST(value("kidevent_redis_connections_lost_total") == 1);
    BOOST_TEST(value("kidevent_redis_failures_total{kind=\"unsent\"}") > 0);
}

BOOST_AUTO_TEST_CASE(what_lies_in_redis_under_our_names_and_is_not_ours_is_no_answer) {
    api_client first{on_redis(with, redis.address())};
    BOOST_REQUIRE(comes_up(first));
    const auto guest = anonymous_at("alpha");
    const auto right = first.get(guest, list_path).text;
    first.run_for(20ms);
    const auto name = redis.command({"KEYS", "kidevent:1:v:*"});
    const auto stored = redis.command({"GET", name});
    for (const std::string& nonsense : {std::string{"nonsense"}, stored.substr(0, stored.size() / 4),
                                        stored.substr(0, 74) + "\n200\n\n{}"}) {
        redis.command({"SET", name, nonsense, "PX", "60000"});
        api_client second{on_redis(with, redis.address())};
        BOOST_REQUIRE(comes_up(second));
        BOOST_TEST(second.get(guest, list_path).text == right);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
