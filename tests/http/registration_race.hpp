#pragma once
// Two hundred people who want the last thirty places of a session at the same moment, on several platforms at
// once, each with a thread, a loop and connections of its own.

#include "crypto/sha256.hpp"
#include "support/api_client.hpp"

#include "core/uuid.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <latch>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace kidevent::tests {

inline constexpr int racing_clients = 200;
inline constexpr int racing_places = 30;
inline constexpr int racing_platforms = 4;

struct racer {
    person guardian;
    std::string child;
};

// Households with one child each, written past the API: hashing two hundred passwords would take longer than
// the race.
inline std::vector<racer> add_racers(two_organisations& in) {
    std::vector<racer> made;
    const auto quoted = [](const std::string& text) { return "'" + text + "'"; };
    std::string script = "begin;";
    for (int i = 0; i < racing_clients; ++i) {
        racer each;
        each.guardian = anonymous_at("alpha");
        each.guardian.token = std::string(42, 'r') + "A";
        const std::string number = std::to_string(1000 + i);
        each.guardian.token.replace(0, number.size(), number);
        each.guardian.id = to_string(make_uuid());
        each.guardian.household = to_string(make_uuid());
        each.child = to_string(make_uuid());
        const std::string hash = quoted("\\x" + crypto::sha256_hex(each.guardian.token));
        const std::string tenant = quoted(in.alpha.id);
        script += "insert into households (tenant_id, id) values (" + tenant + ","
                  + quoted(each.guardian.household) + ");"
                  + "insert into accounts (tenant_id, id, email, role, given_name, family_name, household_id)"
                    " values ("
                  + tenant + "," + quoted(each.guardian.id) + "," + quoted(number + "@race.example")
                  + ",'guardian','R','R'," + quoted(each.guardian.household) + ");"
                  + "insert into logins (tenant_id, id, token_hash, account_id, expires_at) values (" + tenant
                  + ",gen_random_uuid()," + hash + "," + quoted(each.guardian.id)
                  + ",now() + interval '1 hour');"
                  + "insert into children (tenant_id, id, household_id, given_name, family_name, birth_date,"
                    " created_by) values ("
                  + tenant + "," + quoted(each.child) + "," + quoted(each.guardian.household) + ",'R','R',"
                  + quoted(born_years_ago(8)) + "," + quoted(each.guardian.id) + ");";
        made.push_back(std::move(each));
    }
    in.superuser.execute(script + "commit;");
    return made;
}

struct race_outcome {
    std::map<std::string, int> answers; // by problem code; "registered" for a place
    int seats_taken = 0;                // as the session says
    int registrations = 0;              // as they stand in their table
    int highest = 0;                    // seats_taken as a bystander saw it meanwhile
};

class registration_race {
public:
    explicit registration_race(two_organisations& in) : in_(in), racers_(add_racers(in)) {
        for (int i = 0; i < racing_platforms; ++i)
            platforms_.push_back(std::make_unique<api_client>(in.with));
    }

    // One race for a session of its own.
    race_outcome run() {
        const auto wanted = in_.add_event(in_.alpha.staff, "Race", {{"capacity", racing_places + 2}});
        in_.register_child(in_.alpha.first.guardian, in_.alpha.first.child, wanted.session);
        in_.register_child(in_.alpha.second.guardian, in_.alpha.second.child, wanted.session);
        race_outcome seen;
        std::vector<request> waiting;
        for (const racer& each : racers_)
            waiting.push_back(make_request("POST", each.guardian, "/api/v1/registrations",
                                           boost::json::serialize(places({{each.child, wanted.session}})),
                                           {{"Idempotency-Key", "race-" + each.child}}));
        // Who hears "unavailable" or "still running" asks again, as people do.
        for (int attempt = 0; attempt < 20 && !waiting.empty(); ++attempt)
            waiting = send_all(waiting, wanted.session, seen);
        if (!waiting.empty()) seen.answers["given up"] = static_cast<int>(waiting.size());
        seen.seats_taken = in_.seats_taken(wanted.session);
        seen.registrations = std::stoi(in_.superuser.value(
            "select count(*) from registrations where session_id = $1 and cancelled_at is null",
            {wanted.session}));
        return seen;
    }

private:
    struct exchange {
        request sent;
        response received;
    };

    // All at once; gives back those that are to be repeated.
    std::vector<request> send_all(const std::vector<request>& requests, const std::string& session,
                                  race_outcome& seen) {
        std::vector<std::vector<exchange>> lanes(platforms_.size());
        for (std::size_t i = 0; i < requests.size(); ++i)
            lanes[i % lanes.size()].push_back({requests[i], {}});
        std::latch starting{static_cast<std::ptrdiff_t>(lanes.size())};
        std::latch ended{static_cast<std::ptrdiff_t>(lanes.size())};
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < lanes.size(); ++i)
            threads.emplace_back([&, i] {
                starting.arrive_and_wait();
                send_from(platforms_[i]->served(), lanes[i]);
                ended.count_down();
            });
        while (!ended.try_wait()) {
            seen.highest = std::max(seen.highest, in_.seats_taken(session));
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
        for (auto& each : threads)
            each.join();
        return count(lanes, seen);
    }

    static void send_from(platform& from, std::vector<exchange>& all) {
        std::size_t open = all.size();
        if (open == 0) return;
        for (exchange& each : all)
            from.handle(each.sent, [&each, &open, &from](response received) {
                each.received = std::move(received);
                if (--open == 0) from.stop();
            });
        // A stop() before run() would be forgotten.
        if (open > 0) from.run();
    }

    static std::vector<request> count(const std::vector<std::vector<exchange>>& lanes, race_outcome& seen) {
        std::vector<request> again;
        for (const auto& lane : lanes)
            for (const exchange& each : lane) {
                for (const std::string& fault : list_violations(each.sent, each.received))
                    BOOST_ERROR(fault);
                const answer got = to_answer(each.received);
                if (got.status == 503 || got.status == 504 || got.code() == "idempotency_key_in_use")
                    again.push_back(each.sent);
                else
                    ++seen.answers[got.status == 201 ? "registered" : got.code()];
            }
        return again;
    }

    two_organisations& in_;
    std::vector<racer> racers_;
    std::vector<std::unique_ptr<api_client>> platforms_;
};

} // namespace kidevent::tests
