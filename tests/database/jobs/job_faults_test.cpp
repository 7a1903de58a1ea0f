// Processes that die or hold still in the middle of a job: real ones, forked from the test.

#include "database/db/probes.hpp"
#include "support/job_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;
using jobs::job_context;
using jobs::job_outcome;
using jobs::job_runner;

bool dies_in_handler = false;
std::string noted_in; // a file that survives the process

// Adds a household and finishes the job in one transaction.
task<job_outcome> work_exactly_once(job_context& of) {
    auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
    auto writing = co_await beginning;
    writing.add(probe_insert_household, of.tenant->id(), make_uuid());
    auto written = writing.run();
    co_await written;
    if (dies_in_handler) ::raise(SIGKILL);
    of.add_completion(writing);
    auto done = writing.commit();
    co_await done;
    co_return job_outcome::done();
}

// Has its effect outside of the database, so it may have it twice.
task<job_outcome> work_at_least_once(job_context& of) {
    const int file = ::open(noted_in.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const auto line = to_string(of.job.id.value) + "\n";
    if (::write(file, line.data(), line.size()) < 0) throw std::runtime_error("cannot note the job");
    ::close(file);
    if (dies_in_handler) ::raise(SIGKILL);
    co_return job_outcome::done();
}

const jobs::job_registration handlers[] = {{first_kind, work_exactly_once},
                                           {second_kind, work_at_least_once}};

class faults_fixture : public job_fixture {
public:
    faults_fixture() {
        dies_in_handler = false;
        noted_in = (directory_ / "ran").string();
    }

    // A process of its own that runs jobs; `meets` is called at each step. Ends with 0 when all jobs it
    // started have ended, whatever became of them.
    pid_t fork_runner(const std::function<void(job_runner::step)>& meets) {
        const pid_t child = ::fork();
        if (child != 0) return child;
        ::alarm(30);
        open_database mine{settings};
        job_runner runner{mine.loop.loop(), jobs::job_parts{with, mine.database, time, counts}, handlers, {}};
        runner.on_step = meets;
        runner.start();
        mine.loop.run_until([&runner] {
            std::uint64_t started = 0;
            std::uint64_t ended = 0;
            for (const auto& [kind, counted] : runner.counters()) {
                started += counted.started;
                ended += counted.done + counted.lost + counted.failed;
            }
            return started > 0 && started == ended;
        });
        mine.loop.run_for(100ms);
        ::_exit(0);
    }

    // The signal that ended or stopped it; 0 when it ended by itself.
    static int wait_for(pid_t child, int options = 0) {
        int status = 0;
        while (::waitpid(child, &status, options) < 0) {
        }
        if (WIFSTOPPED(status)) return WSTOPSIG(status);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }

    std::multiset<std::string> noted() const {
        std::ifstream in(noted_in);
        std::multiset<std::string> found;
        for (std::string line; std::getline(in, line);)
            found.insert(line);
        return found;
    }

    void hold_still_past_the_lease(const std::string& kind) {
        const auto id = enqueue(alpha, kind);
        const auto before = households();
        const pid_t child = fork_runner([](job_runner::step reached) {
            if (reached == job_runner::step::after_claim) ::raise(SIGSTOP);
        });
        BOOST_TEST(wait_for(child, WUNTRACED) == SIGSTOP);
        BOOST_TEST(field_of(id, "token") == "1");
        auto other = as_role("kidevent_jobs");
        BOOST_TEST(
            host_wait([&] { return other.value("select ready from platform.sweep_leases()") == "1"; }));
        BOOST_TEST(other.rows("select * from platform.claim_jobs('other', 1, '1 minute', null)").size()
                   == 1U);
        ::kill(child, SIGCONT);
        BOOST_TEST(wait_for(child) == 0);
        // What the first one did afterwards has touched nothing.
        BOOST_TEST(state_of(id) == "running");
        BOOST_TEST(field_of(id, "token") == "2");
        BOOST_TEST(field_of(id, "held_by") == "other");
        BOOST_TEST(households() == before);
        BOOST_TEST(
            other.value("select platform.finish_jobs($1, $2, '{2}')", {"{" + alpha.id + "}", "{" + id + "}"})
            == "1");
    }

    static bool host_wait(const std::function<bool()>& condition) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(50ms);
        }
        return true;
    }

private:
    temporary_directory directory_;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(jobs_faults, faults_fixture)

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_anywhere_loses_nothing_and_repeats_only_what_was_not_finished) {
    const int rounds = std::getenv("KIDEVENT_TEST_LONG") ? 200 : 3;
    const auto before = households();
    std::set<std::string> outside;
    int inside = 0;
    int killed = 0;
    using step = job_runner::step;
    for (int round = 0; round < rounds; ++round)
        for (const std::optional<step> at :
             {std::optional{step::before_claim}, std::optional{step::after_claim}, std::optional<step>{},
              std::optional{step::after_handler}, std::optional{step::after_finish}}) {
            for (const auto& tenant : {alpha, beta}) {
                enqueue(tenant, "cleanup_expired_logins", "", "now", 1000);
                outside.insert(enqueue(tenant, "cleanup_admin_logins", "", "now", 1000));
                ++inside;
            }
            dies_in_handler = !at;
            const pid_t child = fork_runner([at](step reached) {
                if (at == reached) ::raise(SIGKILL);
            });
            killed += wait_for(child) == SIGKILL ? 1 : 0;
        }
    dies_in_handler = false;
    BOOST_TEST(killed == rounds * 5);
    BOOST_TEST(jobs_left() > 0);
    std::this_thread::sleep_for(1200ms);
    run_due(handlers);
    BOOST_TEST(jobs_left() == 0);
    BOOST_TEST(households() - before == inside);
    const auto ran = noted();
    BOOST_TEST(std::set<std::string>(ran.begin(), ran.end()) == outside, boost::test_tools::per_element());
    std::cout << killed << " kills: " << inside << " effects inside the database, each once; "
              << outside.size() << " jobs with effects outside ran " << ran.size() << " times\n";
}

BOOST_AUTO_TEST_CASE(a_process_that_held_still_past_its_lease_finishes_nothing) {
    hold_still_past_the_lease("cleanup_admin_logins");
    BOOST_TEST(noted().size() == 1U);
}

BOOST_AUTO_TEST_CASE(and_work_that_commits_with_its_completion_did_not_happen) {
    hold_still_past_the_lease("cleanup_expired_logins");
}

BOOST_AUTO_TEST_SUITE_END()
