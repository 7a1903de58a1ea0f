// Random work of several tenants at once on few connections: whatever happened to the one before, nobody sees
// a row of another tenant, and nothing is left on a connection that is handed out.

#include "db/connection_pool.hpp"
#include "db/leased_connection.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "support/open_database.hpp"
#include "support/two_tenants.hpp"

#include <cstdlib>
#include <iostream>
#include <random>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

const db::query read_emails{"reuse.emails", "select string_agg(email, ' ' order by id) from accounts"};
const db::query read_titles{"reuse.titles", "select string_agg(title, ' ' order by id) from events"};
const db::query read_backend{"reuse.backend", "select pg_backend_pid()"};
const db::query read_leftovers{"reuse.leftovers", R"sql(
    select coalesce(current_setting('kidevent.tenant_id', true), ''),
           (select count(*) from accounts),
           (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),
           (select count(*) from pg_class where relpersistence = 't'),
           (select count(*) from pg_listening_channels()),
           (select count(*) from pg_cursors where is_holdable)
)sql"};
const db::query rename_events{"reuse.rename", "update events set location = title where title like $1"};
const db::query divide{"reuse.divide", "select 1 / $1::integer"};
const db::query be_slow{"reuse.slow", "select pg_sleep(10)::text"};
const db::query take_lock{"reuse.lock", "select pg_advisory_xact_lock($1)::text"};

enum class step { batch, failing_batch, slow_batch, commit, roll_back, fail, abandon, slow, kill };

struct run_count {
    std::size_t steps = 0;
    std::size_t refused = 0; // a kill or a timeout hit somebody
    std::vector<std::string> leaks{};
    std::size_t running = 0;
};

class crowd : public two_tenants {
public:
    void start(std::int64_t pool_size) {
        settings.lanes = 1;
        settings.pool_size_max = pool_size;
        settings.statement_timeout = 40ms;
        settings.pool_wait = 5000ms;
        opened.emplace(settings);
        for (const auto* each : {&alpha, &beta, &gamma})
            handles.push_back(opened->handle_of(each->slug));
        slugs = {"alpha", "beta", "gamma"};
    }

    // Runs `sequences` sequences, `width` at a time.
    run_count run(std::size_t sequences, std::size_t width, unsigned seed) {
        run_count count;
        std::mt19937 random{seed};
        std::size_t left = sequences;
        const bool ended = opened->loop.run_until(
            [&] {
                while (left > 0 && count.running < width) {
                    --left;
                    ++count.running;
                    detach(run_sequence(*this, static_cast<unsigned>(random()), count));
                }
                return left == 0 && count.running == 0;
            },
            120s);
        BOOST_TEST(ended, "some sequences never ended");
        return count;
    }

    std::optional<open_database> opened;
    std::vector<tenant_handle> handles;
    std::vector<std::string> slugs;

private:
    static void expect_own(run_count& count, const std::string& slug, const db::pending_rows& rows) {
        const auto text = rows.rows().front().get<std::optional<std::string>>(0).value_or("");
        if (list_tenants_in(text) != std::vector<std::string>{slug})
            count.leaks.push_back(slug + " saw: " + text);
    }

    static void expect_nothing_left(run_count& count, const db::pending_rows& rows) {
        const db::row left = rows.rows().front();
        if (!left.get<std::string>(0).empty()) count.leaks.push_back("a tenant is still entered");
        const char* const kinds[] = {"rows are visible", "an advisory lock", "a temporary table",
                                     "a listener", "a cursor"};
        for (int i = 0; i < 5; ++i)
            if (left.get<std::int64_t>(i + 1) != 0)
                count.leaks.push_back(std::string("left behind: ") + kinds[i]);
    }

    static task<> run_batch(crowd& in, std::size_t who, step what, run_count& count) {
        db::tenant_batch reading{in.opened->database, in.handles[who]};
        const auto emails = reading.add(read_emails);
        if (what == step::failing_batch) reading.add(divide, 0);
        if (what == step::slow_batch) reading.add(be_slow);
        const auto titles = reading.add(read_titles);
        auto answered = reading.run();
        co_await answered;
        expect_own(count, in.slugs[who], emails);
        expect_own(count, in.slugs[who], titles);
    }

    // A connection as the pool hands it out, before anybody has entered.
    static task<> inspect(crowd& in, run_count& count) {
        auto acquiring = in.opened->database.app_pool().acquire();
        auto lease = co_await acquiring;
        if (!lease->is_clean()) count.leaks.push_back("a connection is handed out that is not clean");
        auto looking = std::make_shared<db::batch>();
        looking->statements.push_back({&read_leftovers, db::params{}, {}});
        lease->submit(looking);
        db::batch_completion answered{looking};
        co_await answered;
        expect_nothing_left(count, db::pending_rows{looking, 0});
    }

    static task<> inspect_lane(crowd& in, run_count& count) {
        auto looking = std::make_shared<db::batch>();
        looking->statements.push_back({&read_leftovers, db::params{}, {}});
        auto answered = in.opened->database.run_on_lane(looking);
        co_await answered;
        expect_nothing_left(count, db::pending_rows{looking, 0});
    }

    static task<> run_transaction(crowd& in, std::size_t who, step what, run_count& count) {
        auto beginning = db::tenant_transaction::begin(in.opened->database, in.handles[who]);
        auto working = co_await beginning;
        const auto emails = working.add(read_emails);
        const auto backend = working.add(read_backend);
        working.add(take_lock, 1);
        working.add(rename_events, "CANARY-%");
        const auto titles = working.add(read_titles);
        auto done = working.run();
        co_await done;
        expect_own(count, in.slugs[who], emails);
        expect_own(count, in.slugs[who], titles);
        if (what == step::abandon) co_return;
        if (what == step::kill)
            in.superuser.rows("select pg_terminate_backend($1)",
                              {std::to_string(backend.rows().front().get<int>(0))});
        if (what == step::fail) working.add(divide, 0);
        if (what == step::slow) working.add(be_slow);
        if (what == step::roll_back) {
            auto ended = working.rollback();
            co_await ended;
        } else {
            auto ended = working.commit();
            co_await ended;
        }
    }

    static step choose(std::mt19937& random) {
        const auto dice = random() % 1000;
        if (dice < 5) return step::kill;
        if (dice < 8) return step::slow;
        if (dice < 11) return step::slow_batch;
        if (dice < 60) return step::abandon;
        if (dice < 160) return step::fail;
        if (dice < 260) return step::failing_batch;
        if (dice < 380) return step::roll_back;
        return dice < 600 ? step::commit : step::batch;
    }

    static task<> run_step(crowd& in, std::size_t who, step what, run_count& count) {
        const bool on_lane = what == step::batch || what == step::failing_batch || what == step::slow_batch;
        auto working = on_lane ? run_batch(in, who, what, count) : run_transaction(in, who, what, count);
        co_await working;
    }

    static task<> run_sequence(crowd& in, unsigned seed, run_count& count) {
        std::mt19937 random{seed};
        const auto length = 2 + random() % 5;
        for (std::size_t i = 0; i < length; ++i) {
            ++count.steps;
            try {
                auto working = run_step(in, random() % 3, choose(random), count);
                co_await working;
            } catch (const db::db_error&) {
                ++count.refused;
            }
            try {
                auto looking = random() % 4 == 0 ? inspect_lane(in, count) : inspect(in, count);
                co_await looking;
            } catch (const db::db_error&) {
                ++count.refused;
            }
        }
        --count.running;
    }
};

std::size_t sequences_max() { return std::getenv("KIDEVENT_TEST_LONG") ? 20000 : 1500; }

void judge(const run_count& count) {
    std::cout << count.steps << " steps, " << count.refused << " of them refused, " << count.leaks.size()
              << " leaks\n";
    for (std::size_t i = 0; i < std::min<std::size_t>(count.leaks.size(), 10); ++i)
        BOOST_ERROR(count.leaks[i]);
    BOOST_TEST(count.leaks.empty());
    // Most of the work must succeed, and some of it must have been disturbed: otherwise nothing was tested.
    BOOST_TEST(count.refused < count.steps / 2);
    BOOST_TEST(count.refused > count.steps / 50);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(isolation_reuse, crowd)

BOOST_AUTO_TEST_CASE(one_connection_and_one_lane_keep_tenants_apart_in_any_order_of_work) {
    start(1);
    judge(run(sequences_max(), 3, 20260701));
}

BOOST_AUTO_TEST_CASE(two_connections_and_one_lane_keep_tenants_apart_in_any_order_of_work) {
    start(2);
    judge(run(sequences_max(), 6, 17));
}

BOOST_AUTO_TEST_SUITE_END()
