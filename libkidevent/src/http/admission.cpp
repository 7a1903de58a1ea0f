#include "http/admission.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kidevent::http {

namespace {

// What a request costs before PostgreSQL has done anything for it, in microseconds of virtual time.
constexpr double cost_of_entering = 200;
// A tenant may overdraw its database time by what its statements in flight take; this is how much it may
// save.
constexpr double database_seconds_saved_max = 2;
// Accounts of tenants without a request are kept so that a quiet second does not clear the bill.
constexpr std::size_t accounts_max = 4096;

refusal busy() {
    refusal why = refuse(errc::overloaded);
    why.retry_after_seconds = 1;
    return why;
}

refusal over_plan(double seconds) {
    refusal why = refuse(errc::too_many_requests);
    why.retry_after_seconds = static_cast<int>(std::clamp(std::ceil(seconds), 1.0, 60.0));
    return why;
}

} // namespace

admission::admission(limits with, std::function<void(std::coroutine_handle<>)> resume_later,
                     std::function<instant()> now)
    : limits_(with), resume_later_(std::move(resume_later)), now_(std::move(now)) {}

admission::~admission() = default;

result<admission::place> admission::entrance::await_resume() {
    waited_.resume();
    if (refused_) return std::move(*refused_);
    return place{in_, of_};
}

admission::account& admission::account_of(tenant_id id, const tenant_share& share) {
    auto found = accounts_.find(id);
    if (found == accounts_.end()) {
        if (accounts_.size() >= accounts_max) forget_idle();
        found = accounts_.emplace(id, account{}).first;
        found->second.refilled = now_();
        found->second.database_ms = share.database_milliseconds_per_second * database_seconds_saved_max;
    }
    found->second.share = share;
    return found->second;
}

void admission::forget_idle() {
    std::erase_if(accounts_,
                  [](const auto& each) { return each.second.in_flight == 0 && each.second.waiting() == 0; });
}

void admission::refill(account& of, instant now) const {
    const double seconds = std::chrono::duration<double>(now - of.refilled).count();
    of.refilled = now;
    const double per_second = of.share.database_milliseconds_per_second;
    of.database_ms = std::min(of.database_ms + seconds * per_second, per_second * database_seconds_saved_max);
}

std::optional<refusal> admission::refuse_over_plan(account& of, instant now) const {
    refill(of, now);
    if (of.share.database_milliseconds_per_second > 0 && of.database_ms < 0)
        return over_plan(-of.database_ms / of.share.database_milliseconds_per_second);
    return std::nullopt;
}

admission::entrance admission::enter(tenant_id of, const tenant_share& share, urgency how) {
    return entrance{*this, account_of(of, share), how};
}

bool admission::has_room(urgency how) const noexcept {
    const std::size_t kept = how == urgency::urgent ? 0 : limits_.reserved;
    return in_flight_ + kept < limits_.in_flight_max;
}

bool admission::try_enter(entrance& wanted) {
    account& of = wanted.of_;
    wanted.refused_ = refuse_over_plan(of, now_());
    if (wanted.refused_) {
        ++totals_.refused_plan;
        return true;
    }
    // Nobody overtakes those of the same tenant who wait already, except the urgent the usual.
    const bool others_first = wanted.how_ == urgency::urgent ? !of.urgent.empty() : of.waiting() > 0;
    if (!closed_ && !others_first && of.has_room() && has_room(wanted.how_)) {
        admit(of);
        return true;
    }
    if (closed_ || of.waiting() >= static_cast<std::size_t>(of.share.waiting_max)
        || waiting_ >= limits_.waiting_max) {
        wanted.refused_ = busy();
        ++totals_.refused_overload;
        return true;
    }
    return false;
}

void admission::wait(entrance& wanted, std::coroutine_handle<> waiting) {
    wanted.waiter_ = waiting;
    wanted.deadline_ = now_() + limits_.wait;
    // Who was away does not get the time back that it did not use.
    if (wanted.of_.waiting() == 0) {
        wanted.of_.served = std::max(wanted.of_.served, served_);
        hungry_.push_back(&wanted.of_);
    }
    (wanted.how_ == urgency::urgent ? wanted.of_.urgent : wanted.of_.usual).push_back(&wanted);
    ++waiting_;
}

void admission::admit(account& of) {
    if (of.in_flight == 0 && of.waiting() == 0) of.served = std::max(of.served, served_);
    served_ = std::max(served_, of.served); // also of those who never had to wait
    of.served += cost_of_entering / std::max(of.share.weight, 1);
    ++of.in_flight;
    ++in_flight_;
    ++totals_.admitted;
}

void admission::leave(account& of) {
    --of.in_flight;
    --in_flight_;
    let_in();
}

void admission::charge(tenant_id of, std::chrono::microseconds used) {
    const auto found = accounts_.find(of);
    if (found == accounts_.end()) return;
    account& charged = found->second;
    charged.served += static_cast<double>(used.count()) / std::max(charged.share.weight, 1);
    charged.database_ms -= std::chrono::duration<double, std::milli>(used).count();
}

admission::account* admission::next_to_serve(urgency how) {
    account* next = nullptr;
    for (account* const each : hungry_) {
        const auto& queue = how == urgency::urgent ? each->urgent : each->usual;
        if (queue.empty() || !each->has_room()) continue;
        if (!next || each->served < next->served) next = each;
    }
    return next;
}

void admission::let_in() {
    for (const urgency how : {urgency::urgent, urgency::usual}) {
        while (waiting_ > 0 && has_room(how)) {
            account* const next = next_to_serve(how);
            if (!next) break;
            entrance* const first = take_front(*next, how == urgency::urgent ? next->urgent : next->usual);
            admit(*next);
            resume_later_(first->waiter_);
        }
    }
}

admission::entrance* admission::take_front(account& of, std::deque<entrance*>& queue) {
    entrance* const first = queue.front();
    queue.pop_front();
    --waiting_;
    if (of.waiting() == 0) std::erase(hungry_, &of);
    return first;
}

void admission::refuse_front(account& of, std::deque<entrance*>& queue) {
    entrance* const first = take_front(of, queue);
    first->refused_ = busy();
    ++totals_.refused_overload;
    resume_later_(first->waiter_);
}

void admission::sweep() {
    const instant now = now_();
    const auto hungry = hungry_;
    for (account* const each : hungry)
        for (auto* const queue : {&each->urgent, &each->usual})
            while (!queue->empty() && (closed_ || queue->front()->deadline_ <= now))
                refuse_front(*each, *queue);
}

void admission::close() {
    closed_ = true;
    sweep();
}

admission_stats admission::stats() const noexcept {
    admission_stats now = totals_;
    now.in_flight = in_flight_;
    now.waiting = waiting_;
    return now;
}

} // namespace kidevent::http
