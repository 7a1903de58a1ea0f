#include "db/lane.hpp"

#include "db/enter.hpp"

#include <boost/asio/post.hpp>

namespace kidevent::db {

namespace {

using std::chrono::steady_clock;

// One that PostgreSQL works on and one that lies ready for it: the connection is never idle between them, and
// the rest has time to gather.
constexpr std::size_t turns_in_flight_max = 2;

bool begins_with_entering(const batch& of) noexcept {
    return !of.statements.empty() && of.statements.front().what == &enter_tenant;
}

// Whether both enter with the same capability: not only the same tenant, but the same proof of it.
bool may_share(const batch& one, const batch& other) noexcept {
    return !one.alone && !other.alone && begins_with_entering(one) && begins_with_entering(other)
           && one.statements.front().values == other.statements.front().values;
}

// The statements of all members behind one entering; given back by return_statements().
std::shared_ptr<batch> join(const std::vector<std::shared_ptr<batch>>& members) {
    auto joined = std::make_shared<batch>();
    joined->of = members.front()->of;
    joined->statements.push_back(std::move(members.front()->statements.front()));
    for (const auto& each : members)
        for (std::size_t i = 1; i < each->statements.size(); ++i)
            joined->statements.push_back(std::move(each->statements[i]));
    return joined;
}

void return_statements(batch& joined, const std::vector<std::shared_ptr<batch>>& members) {
    auto next = joined.statements.begin();
    members.front()->statements.front() = std::move(*next++);
    for (const auto& each : members)
        for (std::size_t i = 1; i < each->statements.size(); ++i)
            each->statements[i] = std::move(*next++);
}

constexpr std::chrono::milliseconds first_retry{50};
constexpr std::chrono::milliseconds longest_retry{1000};
} // namespace

lane::lane(boost::asio::io_context& loop, std::shared_ptr<const connection_options> options, limits with)
    : loop_(loop), options_(std::move(options)), limits_(with), retry_(loop), retry_delay_(first_retry) {}

lane::~lane() { close(); }

void lane::start(connection::on_open opened) { connect(std::move(opened)); }

void lane::connect(connection::on_open opened) {
    current_ = std::make_shared<connection>(loop_, options_);
    // Several workers losing one server come back one after the other, not all at once: see retry_later().
    current_->on_closed = [this] {
        fail_waiting(db_error{db_error::kind::unavailable, "the connection to PostgreSQL is lost"});
        if (on_down) on_down();
        retry_later();
    };
    current_->on_notification = [this](std::string_view channel, std::string_view payload) {
        if (on_notification) on_notification(channel, payload);
    };
    current_->open([this, opened = std::move(opened)](std::exception_ptr failed) {
        if (!failed) {
            retry_delay_ = first_retry;
            if (on_up) on_up();
        }
        if (opened) opened(failed);
    });
}

void lane::retry_later() {
    if (closing_) return;
    retry_.expires_after(retry_delay_ + std::chrono::milliseconds{make_uuid().bytes[15] % 50});
    retry_delay_ = std::min(retry_delay_ * 2, longest_retry);
    retry_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled && !closing_) connect(nullptr);
    });
}

void lane::submit(std::shared_ptr<batch> sent) {
    if (!is_open()) throw db_error{db_error::kind::unavailable, "no connection to PostgreSQL"};
    if (batches_in_flight() >= limits_.batches)
        throw db_error{db_error::kind::unavailable, "db.lane_batches_max is reached"};
    sent->deadline = steady_clock::now() + options_->answer_timeout;
    waiting_.push_back(std::move(sent));
    send_waiting();
}

void lane::send_waiting() {
    while (!waiting_.empty() && turns_ < turns_in_flight_max && is_open())
        send(take_turn());
}

// The batch that has waited longest, and those that may go with it. Who may not keeps its place.
lane::turn lane::take_turn() {
    turn members{std::move(waiting_.front())};
    waiting_.pop_front();
    for (auto next = waiting_.begin(); next != waiting_.end() && members.size() < limits_.shared;) {
        if (may_share(*members.front(), **next)) {
            members.push_back(std::move(*next));
            next = waiting_.erase(next);
        } else {
            ++next;
        }
    }
    return members;
}

void lane::send(turn members) {
    ++turns_;
    sent_ += members.size();
    const bool is_shared = members.size() > 1;
    const auto sent = is_shared ? join(members) : members.front();
    sent->on_finished = [this, members, of = sent.get()] {
        --turns_;
        sent_ -= members.size();
        if (members.size() > 1) end_shared(*of, members);
        send_waiting();
    };
    try {
        current_->submit(sent);
    } catch (const db_error& lost) {
        // The connection failed what it had; this turn never came to it.
        if (std::exchange(sent->on_finished, nullptr)) {
            --turns_;
            sent_ -= members.size();
        }
        if (is_shared) return_statements(*sent, members);
        for (const auto& each : members)
            fail(each, lost);
    }
}

void lane::end_shared(batch& sent, const turn& members) {
    return_statements(sent, members);
    if (sent.failure && is_open()) {
        // One statement failed, and with it the transaction of all. They only read: each gets another try in
        // one of its own.
        for (auto each = members.rbegin(); each != members.rend(); ++each) {
            (*each)->alone = true;
            waiting_.push_front(*each);
        }
        return;
    }
    for (const auto& each : members) {
        each->failure = sent.failure;
        finish(each);
    }
}

void lane::finish(const batch_ptr& of) {
    of->finished = true;
    if (of->waiter) boost::asio::post(loop_, [of] { std::exchange(of->waiter, nullptr).resume(); });
}

void lane::fail(const batch_ptr& of, const db_error& why) {
    of->failure = std::make_exception_ptr(why);
    finish(of);
}

void lane::fail_waiting(const db_error& why) {
    for (const auto& each : std::exchange(waiting_, {}))
        fail(each, why);
}

void lane::close() {
    if (closing_) return;
    closing_ = true;
    retry_.cancel();
    if (!current_) return;
    current_->on_closed = nullptr;
    current_->on_notification = nullptr;
    const db_error why{db_error::kind::unavailable, "shutting down"};
    current_->close(why);
    fail_waiting(why);
}

void lane::sweep(steady_clock::time_point now) {
    if (current_) current_->check_deadline(now);
    for (auto each = waiting_.begin(); each != waiting_.end();) {
        if (now <= (*each)->deadline) {
            ++each;
            continue;
        }
        fail(*each, db_error{db_error::kind::timeout, "no turn on a connection to PostgreSQL came in time"});
        each = waiting_.erase(each);
    }
}

} // namespace kidevent::db
