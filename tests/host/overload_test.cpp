// Fairness and overload on the whole stack: one organisation that asks for far more than its share, and far
// more registrations than the workers can do. A short form runs always, with bounds that a busy machine
// keeps; with KIDEVENT_TEST_LONG the full one, with the real bounds.

#include "crowd.hpp"

#include "http/registration_race.hpp"
#include "support/fault_proxy.hpp"

#include <cstdlib>
#include <fstream>
#include <numeric>

namespace kidevent::tests {

namespace {

using namespace std::chrono_literals;

bool runs_long() { return std::getenv("KIDEVENT_TEST_LONG") != nullptr; }
boost::test_tools::assertion_result with_long(boost::unit_test::test_unit_id) { return runs_long(); }

// Little room in each worker, so that a few dozen clients are far too many; nothing is remembered.
std::string with_room_for(int waiting) {
    return "admission:\n"
           "  in_flight_max: 4\n"
           "  reserved: 1\n"
           "  waiting_max: "
           + std::to_string(waiting)
           + "\n"
             "  wait: 3s\n"
             "cache:\n"
             "  bytes_max: 0\n";
}

// What a sanitizer keeps of memory that was given back would look like growth.
const int sanitizer_keeps_little = [] {
    const char* const before = std::getenv("ASAN_OPTIONS");
    const std::string all = (before ? std::string{before} + ":" : std::string{}) + "quarantine_size_mb=1";
    return ::setenv("ASAN_OPTIONS", all.c_str(), 1);
}();

struct crowded : two_organisations {
    // So many requests may wait in each of two workers.
    explicit crowded(int waiting) : stack{through_proxy(), 0, with_room_for(waiting)} {}

    // KiB of all workers.
    long resident() const {
        long sum = 0;
        for (const pid_t pid : stack.worker_pids()) {
            std::ifstream in("/proc/" + std::to_string(pid) + "/status");
            for (std::string line; std::getline(in, line);)
                if (line.starts_with("VmRSS:")) sum += std::stol(line.substr(6));
        }
        return sum;
    }

    database_settings through_proxy() const {
        database_settings made = database;
        made.host = "127.0.0.1";
        made.port = way.port();
        return made;
    }

    fault_proxy way{database.host + "/.s.PGSQL." + std::to_string(database.port)};
    host_stack stack;
};

struct fairness : crowded {
    static constexpr int neighbours = 4;

    fairness() : crowded(48) {
        auto platform = cluster.as_role(database.name, "kidevent_platform");
        // In flight at once, in each of two workers.
        superuser.execute("update tenancy.plans set requests_in_flight_max = 2");
        for (int i = 0; i <= neighbours; ++i) {
            const std::string slug = "tenant" + std::to_string(i);
            platform.rows(
                "insert into tenancy.tenants (id, slug, name, time_zone, locale, currency, plan, owner_email)"
                " values (gen_random_uuid(), $1, 'N', 'UTC', 'en', 'EUR', 'standard', 'o@new.example')",
                {slug});
            platform.rows("select tenancy.renew_capability(id) from tenancy.tenants where slug = $1", {slug});
            hosts.push_back(slug + ".localhost");
        }
        const auto all_answer = [this] {
            return std::all_of(hosts.begin(), hosts.end(), [this](const std::string& host) {
                return stack.get(host, "/api/v1/events").status == 200;
            });
        };
        if (!host_stack::wait_until(all_answer, 10s)) throw std::runtime_error("not all tenants answer");
    }

    struct seen {
        std::vector<crowd::shot> first;  // the aggressor's, where there is one
        std::vector<crowd::shot> others; // of the four others together
    };
    // The first tenant has `first` clients and each of the others `other`.
    seen run(int first, int other, std::chrono::milliseconds length) {
        seen made;
        crowd all{stack, 20ms};
        for (std::size_t i = 0; i < hosts.size(); ++i)
            for (int left = i == 0 ? first : other; left > 0; --left)
                all.add(
                    [host = hosts[i]] {
                        return http_request{"GET", "/api/v1/events?limit=5", host};
                    },
                    i == 0 ? made.first : made.others);
        std::this_thread::sleep_for(length);
        all.stop();
        return made;
    }

    std::vector<std::string> hosts;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_fairness, fairness)

// Ten times what its plan allows at once, beside four tenants that keep to theirs.
constexpr int aggressive = 40;
constexpr int modest = 2;
constexpr int even = (aggressive + 4 * modest) / 5;

BOOST_AUTO_TEST_CASE(a_flood_of_one_organisation_waits_behind_itself) {
    const seen flooded = run(aggressive, modest, 2500ms);
    const double aggressors = quantile(flooded.first, 0.5);
    const double victims = quantile(flooded.others, 0.5);
    BOOST_TEST_MESSAGE("median of the aggressor " << aggressors << " ms, of the others " << victims << " ms");
    BOOST_TEST(flooded.others.size() > 50U);
    // Everybody else was answered, all of them.
    BOOST_TEST(count_of(flooded.others, 200) == static_cast<int>(flooded.others.size()));
    // In one queue for all, both would wait as long.
    BOOST_TEST(victims * 2 < aggressors);
    for (const auto& each : flooded.first)
        BOOST_TEST((each.status == 200 || (each.status == 503 && each.says_when)));
}

BOOST_AUTO_TEST_CASE(a_flood_leaves_the_others_within_half_as_much_again_of_an_even_load,
                     *boost::unit_test::precondition(with_long)) {
    std::vector<double> ratios;
    for (int round = 0; round < 5; ++round) {
        const seen evenly = run(even, even, 6s);
        const seen flooded = run(aggressive, modest, 6s);
        BOOST_TEST(count_of(flooded.others, 200) == static_cast<int>(flooded.others.size()));
        ratios.push_back(quantile(flooded.others, 0.99) / quantile(evenly.others, 0.99));
        BOOST_TEST_MESSAGE("p99 of the others, flooded / even: " << ratios.back());
    }
    BOOST_TEST_MESSAGE("fairness-p99-ratio=" << median(ratios));
    BOOST_TEST(median(ratios) <= 1.5);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// Two hundred guardians; each round has sessions of its own, too few places in some.
struct registrations_under_load : crowded {
    static constexpr int sessions_of_round = 24;
    static constexpr double offered_min = 7; // of ten wanted: refusing takes time, too
    static constexpr int clients_busy = 16;
    static constexpr int clients_flooding = 160;
    static constexpr int waiting = 12;                   // with those in flight, room for all of clients_busy
    static constexpr int inside_max = 2 * (4 + waiting); // of both workers

    struct round {
        std::vector<crowd::shot> shots;
        std::vector<std::string> sessions;
        double seconds = 0;
        int answered() const { return count_of(shots, 201) + count_of(shots, 409) + count_of(shots, 422); }
        double goodput() const { return answered() / seconds; }
        double offered() const { return static_cast<double>(shots.size()) / seconds; }
    };

    // The database is the bottleneck, as it is where the workers have machines of their own: what they and
    // the clients take of these processors decides little.
    registrations_under_load() : crowded(waiting), guardians(add_racers(*this)) {
        way.set(fault::slow, 30ms);
    }

    // So many clients that the workers have always enough to do, and never too much.
    round run_busy(std::chrono::milliseconds length) { return run(clients_busy, 50ms, length); }
    // Ten times as many requests as can be done: who is refused comes again after such a pause that the
    // clients who find no room make up the rest of it.
    round run_flooded(const round& peak, std::chrono::milliseconds length) {
        const auto pause = std::chrono::milliseconds{
            static_cast<int>(1000 * (clients_flooding - inside_max) / (9 * peak.goodput()))};
        const round made = run(clients_flooding, pause, length);
        BOOST_TEST_MESSAGE("offered / peak " << made.offered() / peak.goodput() << ", goodput / peak "
                                             << made.goodput() / peak.goodput());
        // It was far too much, and refused; who was let in was served.
        BOOST_TEST(made.offered() > offered_min * peak.goodput());
        BOOST_TEST(count_of(made.shots, 503) > 0);
        return made;
    }
    round run(int clients, std::chrono::milliseconds pause, std::chrono::milliseconds length) {
        round made;
        for (int i = 0; i < sessions_of_round; ++i)
            made.sessions.push_back(
                add_event(alpha.staff, "Rush", {{"capacity", i % 2 == 0 ? 4 : 500}}).session);
        std::atomic<std::size_t> next{0};
        const std::size_t wishes = guardians.size() * made.sessions.size();
        const auto began = crowd::clock::now();
        {
            crowd all{stack, pause};
            for (int i = 0; i < clients; ++i)
                all.add(
                    [&]() -> std::optional<http_request> {
                        const auto number = next++;
                        if (number >= wishes) return std::nullopt;
                        // One after the other: nobody waits for the lock of one session.
                        return wish(guardians[number / made.sessions.size()],
                                    made.sessions[number % made.sessions.size()]);
                    },
                    made.shots);
            std::this_thread::sleep_for(length);
            all.stop();
        }
        made.seconds = std::chrono::duration<double>(crowd::clock::now() - began).count();
        BOOST_TEST(next < wishes); // there was always something to ask for
        check_places(made);
        return made;
    }

    http_request wish(const racer& of, const std::string& session) const {
        const std::string origin = "http://alpha.localhost:" + std::to_string(stack.port());
        return {"POST",
                "/api/v1/registrations",
                "alpha.localhost",
                {{"Cookie", "__Host-kidevent=" + of.guardian.token},
                 {"Content-Type", "application/json"},
                 {"Origin", origin}},
                boost::json::serialize(places({{of.child, session}}))};
    }

    // No place is lost, taken twice, or taken without an answer that says so.
    void check_places(const round& made) {
        int taken = 0;
        for (const std::string& each : made.sessions) {
            const int seats = seats_taken(each);
            taken += seats;
            BOOST_TEST(seats
                       <= std::stoi(superuser.value("select capacity from sessions where id = $1", {each})));
            BOOST_TEST(superuser.value("select count(*) from registrations where session_id = $1 and"
                                       " cancelled_at is null",
                                       {each})
                       == std::to_string(seats));
        }
        BOOST_TEST(taken == count_of(made.shots, 201));
        for (const auto& each : made.shots)
            BOOST_TEST((each.status == 201 || each.status == 409 || (each.status == 503 && each.says_when)),
                       "a registration was answered " << each.status);
    }

    std::vector<racer> guardians;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_overload, registrations_under_load)

BOOST_AUTO_TEST_CASE(more_registrations_than_can_be_done_are_refused_early_and_nothing_is_oversold) {
    const round busy = run_busy(1500ms);
    BOOST_TEST(count_of(busy.shots, 503) == 0);
    const round flooded = run_flooded(busy, 2500ms);
    BOOST_TEST(flooded.goodput() > busy.goodput() * 0.5);
}

BOOST_AUTO_TEST_CASE(ten_times_the_clients_keep_nine_tenths_of_the_peak_in_the_same_memory,
                     *boost::unit_test::precondition(with_long)) {
    run_flooded(run_busy(2s), 3s); // everything has been needed once
    std::vector<double> kept;
    const long before = resident();
    for (int i = 0; i < 5; ++i) {
        const round peak = run_busy(4s);
        kept.push_back(run_flooded(peak, 6s).goodput() / peak.goodput());
    }
    const double growth = static_cast<double>(resident()) / static_cast<double>(before);
    BOOST_TEST_MESSAGE("overload-goodput=" << median(kept) << " overload-memory=" << growth);
    BOOST_TEST(median(kept) >= 0.9);
    BOOST_TEST(growth < 1.1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
