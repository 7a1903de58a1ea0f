#include "jobs/job_runner.hpp"

#include "db/db_error.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <unistd.h>
#include <unordered_set>

namespace kidevent::jobs {

namespace {

using namespace std::chrono_literals;

constexpr auto schedules_every = 1s;
constexpr auto measured_every = 15s; // each time, the whole queue is read
constexpr auto retry_after_failure = 500ms;
// Jobs that take less are claimed before there is a place for them: the next ones are here when they are
// done.
constexpr auto quick = 50ms;
constexpr auto waits_max = 1s; // then the places are taken by long jobs, and other processes may have room
// A job that could not reach the database, or whose kind only a newer program knows.
constexpr auto pause_of_given_back = 5s;

std::string holder_name() {
    char host[64] = {};
    ::gethostname(host, sizeof host - 1);
    return std::string{host} + ":" + std::to_string(::getpid());
}

// What PostgreSQL takes for sure, whatever an exception says.
std::string plain_text(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
    return text;
}

double random_fraction() {
    const auto bytes = make_uuid().bytes;
    return static_cast<double>(bytes[14] * 256 + bytes[15]) / 65535.0;
}

bool is_installation(const tenant_id& id) { return id == tenant_id{}; }

} // namespace

job_runner::job_runner(boost::asio::io_context& loop, const job_parts& with,
                       std::span<const job_registration> handlers, std::span<const schedule> schedules)
    : parts_(with),
      settings_(with.with.jobs),
      scheduler_(with.database, with.time, schedules),
      holder_(holder_name()),
      timer_(loop),
      figures_(with.counts) {
    for (const job_registration& each : handlers)
        handlers_.emplace(rule_of(each.kind).name, each.run);
}

void job_runner::start() { detach(work()); }

void job_runner::drain(std::function<void()> drained) {
    drained_ = std::move(drained);
    draining_ = true;
    drain_until_ = steady::now() + parts_.with.fastcgi.drain_timeout;
    wake();
}

void job_runner::stop() noexcept {
    stopped_ = true;
    timer_.cancel();
}

void job_runner::wake() noexcept {
    woken_ = true;
    timer_.cancel();
}

bool job_runner::pause::await_ready() const noexcept { return of_.stopped_ || of_.woken_; }

void job_runner::pause::await_suspend(std::coroutine_handle<> waiting) {
    of_.timer_.expires_at(until_);
    of_.timer_.async_wait([waiting](const boost::system::error_code&) { waiting.resume(); });
}

job_runner::steady::time_point job_runner::next_wake() const {
    auto next = next_sweep_;
    if (room() > 0) next = std::min(next, next_claim_);
    next = std::min(next, next_schedule_);
    if (!running_.empty()) next = std::min(next, next_extension_);
    if (!waiting_.empty()) next = std::min(next, waiting_.front()->since + waits_max);
    for (const running_ptr& each : running_)
        next = std::min(next, each->deadline);
    if (draining_) next = std::min(drain_until_, next_extension_);
    if (!done_.empty() || !failed_.empty()) next = steady::time_point{}; // the last round could not tell
    return std::max(next, retry_at_);
}

task<> job_runner::work() {
    while (!stopped_) {
        const bool is_last = draining_ && steady::now() >= drain_until_;
        auto going = round();
        co_await going;
        // Without a database nothing can be given back; the leases will end.
        if (stopped_ || is_last || (draining_ && is_idle())) break;
        pause until_next{*this, next_wake()};
        co_await until_next;
        // Somebody knows of something to do: do not wait for the next poll.
        if (std::exchange(woken_, false)) next_claim_ = steady::time_point{};
    }
    if (drained_ && !stopped_) std::exchange(drained_, nullptr)();
}

task<> job_runner::run_due() {
    do {
        found_nothing_ = false;
        auto going = round();
        co_await going;
        if (failure_ && unreturned_ == 0) std::rethrow_exception(failure_);
        if (found_nothing_ && is_idle() && unreturned_ == 0) co_return;
        if (!is_idle() || unreturned_ > 0) {
            pause until_next{*this, next_wake()};
            co_await until_next;
            woken_ = false;
        }
        next_claim_ = steady::time_point{};
    } while (!stopped_);
}

// One look at everything that may have to be done. Throws nothing.
task<> job_runner::round() {
    failure_ = nullptr;
    try {
        auto firing = fire_schedules();
        co_await firing;
        const auto now = steady::now();
        end_overdue(now);
        begin_waiting();
        give_back_waiting(now);
        if (draining_ && now >= drain_until_) give_back(std::exchange(running_, {}));
        auto what = plan_turn(now);
        if (!what.is_empty()) {
            auto taking = take_turn(std::move(what));
            co_await taking;
        }
        auto measuring = measure_queue();
        co_await measuring;
    } catch (...) {
        failure_ = std::current_exception();
    }
    figures_.publish(counters_);
    if (!failure_) co_return;
    retry_at_ = steady::now() + retry_after_failure;
    try {
        std::rethrow_exception(failure_);
    } catch (const std::exception& why) {
        if (!stopped_) log::error("the job queue does not answer", {{"detail", why.what()}});
    }
}

task<> job_runner::fire_schedules() {
    if (draining_ || steady::now() < next_schedule_) co_return;
    next_schedule_ = steady::now() + schedules_every;
    auto firing = scheduler_.fire_due();
    const int fired = co_await firing;
    if (fired > 0) next_claim_ = steady::time_point{};
}

task<> job_runner::measure_queue() {
    if (draining_ || steady::now() < next_measure_) co_return;
    next_measure_ = steady::now() + measured_every;
    auto measuring = figures_.measure(parts_.database);
    co_await measuring;
}

void job_runner::end_overdue(steady::time_point now) {
    const auto is_overdue = [now](const running_ptr& one) { return one->deadline <= now; };
    for (const running_ptr& each : running_) {
        if (!is_overdue(each)) continue;
        each->context.over_ = true;
        end_without_success(*each, "not done within " + std::to_string(each->rule->timeout.count()) + " s",
                            true, true);
    }
    std::erase_if(running_, is_overdue);
}

void job_runner::give_back(std::vector<running_ptr> jobs) {
    for (const running_ptr& each : jobs) {
        each->context.over_ = true;
        ++counters_[each->context.job.kind].given_back;
        failed_.push_back({held(each->context.job), std::nullopt, 0ms, false});
    }
}

void job_runner::give_back_waiting(steady::time_point now) {
    while (!waiting_.empty() && (draining_ || now >= waiting_.front()->since + waits_max)) {
        give_back({waiting_.front()});
        waiting_.pop_front();
        ahead_ = done_quickly_ = 0;
    }
}

job_runner::turn job_runner::plan_turn(steady::time_point now) {
    turn what;
    what.done = done_;
    what.failed = failed_;
    if (now >= next_extension_) {
        for (const running_ptr& each : running_)
            what.extended.push_back(held(each->context.job));
        for (const running_ptr& each : waiting_)
            what.extended.push_back(held(each->context.job));
    }
    if (draining_) return what;
    what.sweeps = now >= next_sweep_;
    if (now >= next_claim_ && room() > 0) {
        ahead_ = std::min(2 * std::exchange(done_quickly_, 0), settings_.claim_ahead_max);
        what.wanted = static_cast<int>(std::max<std::int64_t>(room(), 0));
    }
    return what;
}

task<> job_runner::take_turn(turn what) {
    auto beginning = db::jobs_transaction::begin(parts_.database);
    auto asking = co_await beginning;
    std::optional<db::pending_rows> finished;
    if (!what.done.empty()) finished = add_finish(asking, what.done);
    std::vector<db::pending_rows> failures;
    for (const auto& each : what.failed)
        failures.push_back(add_fail(asking, each));
    std::optional<db::pending_rows> extended;
    std::optional<db::pending_rows> claimed;
    if (!what.extended.empty()) extended = add_extend(asking, what.extended, settings_.lease);
    if (what.sweeps) add_sweep(asking);
    if (what.wanted > 0) {
        tell(step::before_claim);
        claimed = add_claim(asking, holder_, what.wanted, settings_.lease, last_tenant_);
    }
    auto committing = asking.commit();
    co_await committing;

    const auto now = steady::now();
    if (finished) tell(step::after_finish);
    done_.erase(done_.begin(), done_.begin() + std::ssize(what.done));
    failed_.erase(failed_.begin(), failed_.begin() + std::ssize(what.failed));
    if (const auto lost = finished ? std::ssize(what.done) - finished->rows().front().get<int>(0) : 0;
        lost > 0)
        log::warn("jobs were done that other processes had taken over", {{"jobs", lost}});
    if (what.sweeps) next_sweep_ = now + settings_.lease / 4;
    if (extended) {
        next_extension_ = now + settings_.lease / 3;
        read_extended(what.extended, extended->rows());
    }
    if (claimed) read_claims(claimed->rows(), now);
}

// A job that another process has taken over is not ours to finish.
void job_runner::read_extended(const std::vector<held_job>& asked, const db::result_set& still) {
    std::vector<job_id> ours;
    for (const db::row each : still)
        ours.push_back(each.get<job_id>(0));
    const auto lose = [this](auto& among, const held_job& gone) {
        const auto lost = std::find_if(among.begin(), among.end(), [&gone](const running_ptr& one) {
            return one->context.job.id == gone.id && one->context.job.token == gone.token;
        });
        if (lost == among.end()) return; // not among these, or it has ended meanwhile
        (*lost)->context.over_ = true;
        ++counters_[(*lost)->context.job.kind].lost;
        log::warn("another process has taken a job over",
                  {{"job.kind", (*lost)->context.job.kind}, {"job.id", to_string(gone.id.value)}});
        among.erase(lost);
    };
    for (const held_job& each : asked) {
        if (std::find(ours.begin(), ours.end(), each.id) != ours.end()) continue;
        lose(running_, each);
        lose(waiting_, each);
    }
}

void job_runner::read_claims(const db::result_set& found, steady::time_point now) {
    found_nothing_ = found.empty();
    interval_ = found.empty() ? std::min(std::max(interval_ * 2, settings_.poll_interval_min),
                                         settings_.poll_interval_max)
                              : 0ms;
    next_claim_ = now + interval_;
    if (found.empty()) return;
    if (running_.empty() && waiting_.empty()) next_extension_ = now + settings_.lease / 3;
    for (const db::row each : found) {
        const claimed_job job = read_claimed(each);
        std::optional<tenant_handle> at;
        if (const auto capability = read_capability(each)) at = tenant_handle{job.tenant, *capability};
        auto one = std::make_shared<running_job>(job, std::move(at), parts_);
        one->rule = find_job_rule(job.kind);
        one->since = now;
        last_tenant_ = job.tenant;
        waiting_.push_back(std::move(one));
    }
    tell(step::after_claim);
    begin_waiting();
}

// A handler that returns at once makes room for the next one, here and not deeper in the stack.
void job_runner::begin_waiting() {
    if (std::exchange(beginning_, true)) return;
    while (!waiting_.empty() && !draining_ && !stopped_ && std::ssize(running_) < settings_.concurrency) {
        running_ptr one = std::move(waiting_.front());
        waiting_.pop_front();
        one->since = steady::now();
        one->deadline = one->since + (one->rule ? timeout.value_or(one->rule->timeout) : 0ms);
        running_.push_back(one);
        detach(run_one(std::move(one)));
    }
    beginning_ = false;
}

task<> job_runner::run_one(running_ptr one) {
    job_context& context = one->context;
    auto& counted = counters_[context.job.kind];
    ++counted.started;
    const auto handler = handlers_.find(context.job.kind);
    std::exception_ptr failed;
    job_outcome outcome;
    const bool can_run =
        handler != handlers_.end() && (context.tenant || is_installation(context.job.tenant));
    ++unreturned_;
    if (can_run) {
        try {
            auto handling = handler->second(context);
            outcome = co_await handling;
        } catch (...) {
            failed = std::current_exception();
        }
        tell(step::after_handler);
    }
    --unreturned_;
    wake();
    if (std::erase(running_, one) == 0)
        co_return; // its end was told already, or is another process's to tell
    if (!can_run) {
        ++counted.given_back;
        failed_.push_back({held(context.job), std::nullopt, pause_of_given_back, false});
    } else if (failed) {
        fail(*one, failed);
    } else if (!outcome.refused.empty()) {
        end_without_success(*one, "refused: " + outcome.refused, false, true);
    } else {
        ++counted.done;
        if (steady::now() - one->since < quick) ++done_quickly_;
        if (!context.completes_itself_) done_.push_back(held(context.job));
    }
    begin_waiting();
}

void job_runner::fail(const running_job& one, std::exception_ptr why) {
    auto& counted = counters_[one.context.job.kind];
    try {
        std::rethrow_exception(why);
    } catch (const db::db_error& broken) {
        using kind = db::db_error::kind;
        if (broken.sqlstate() == "KE003") {
            ++counted.lost;
            return log::warn(
                "another process has taken a job over",
                {{"job.kind", one.context.job.kind}, {"job.id", to_string(one.context.job.id.value)}});
        }
        // Nothing is wrong with the job when the database is away or the organisation was suspended.
        const bool is_the_job =
            broken.what_kind() != kind::unavailable && broken.what_kind() != kind::capability;
        end_without_success(one, broken.what(), true, is_the_job);
    } catch (const std::exception& broken) {
        end_without_success(one, broken.what(), true, true);
    } catch (...) {
        end_without_success(one, "something was thrown that is no exception", true, true);
    }
}

void job_runner::end_without_success(const running_job& one, std::optional<std::string> error, bool again,
                                     bool counts) {
    const claimed_job& job = one.context.job;
    auto& counted = counters_[job.kind];
    std::optional<std::chrono::milliseconds> pause_before;
    if (!counts) {
        ++counted.given_back;
        pause_before = pause_of_given_back;
    } else if (again && job.attempts < job.attempts_max) {
        ++counted.failed;
        pause_before = retry_delay(*one.rule, job.attempts, random_fraction());
    } else {
        ++counted.dead;
    }
    const std::string why = plain_text(error.value_or(""));
    log::warn(pause_before ? "a job failed and is tried again" : "a job is dead",
              {{"job.kind", job.kind},
               {"job.id", to_string(job.id.value)},
               {"tenant.id", to_string(job.tenant.value)},
               {"job.attempts", job.attempts},
               {"detail", why}});
    failed_.push_back({held(job), why, pause_before, counts});
}

} // namespace kidevent::jobs
