#include "db/connection.hpp"

#include <boost/asio/post.hpp>

#include <libpq-fe.h>

namespace kidevent::db {

namespace asio = boost::asio;
using std::chrono::steady_clock;

connection::connection(asio::io_context& loop, std::shared_ptr<const connection_options> options)
    : loop_(loop), options_(std::move(options)), socket_(loop) {}

connection::~connection() {
    if (socket_.is_open()) socket_.release(); // libpq owns the descriptor
    if (server_) PQfinish(server_);
}

void connection::open(on_open opened) {
    opened_ = std::move(opened);
    opened_by_ = steady_clock::now() + options_->connect_timeout;
    state_ = state::connecting;
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : options_->keywords) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    server_ = PQconnectStartParams(names.data(), values.data(), 0);
    asio::post(loop_, [self = shared_from_this()] {
        if (self->state_ != state::connecting) return;
        if (!self->server_ || PQstatus(self->server_) == CONNECTION_BAD) return self->fail_from_socket();
        PQsetNoticeProcessor(
            self->server_, [](void*, const char*) {}, nullptr);
        self->socket_.assign(PQsocket(self->server_));
        // As libpq asks: treat the fresh connection as if it had answered "writing".
        self->socket_.async_wait(asio::posix::stream_descriptor::wait_write,
                                 [self](const boost::system::error_code& failed) {
                                     if (!failed) self->poll_connect();
                                 });
    });
}

void connection::poll_connect() {
    if (state_ != state::connecting) return;
    const auto wanted = PQconnectPoll(server_);
    if (wanted == PGRES_POLLING_OK) return prepare_queries();
    if (wanted == PGRES_POLLING_FAILED) return fail_from_socket();
    // libpq may have moved on to another address with another socket.
    if (socket_.native_handle() != PQsocket(server_)) {
        socket_.release();
        socket_.assign(PQsocket(server_));
    }
    socket_.async_wait(wanted == PGRES_POLLING_READING ? asio::posix::stream_descriptor::wait_read
                                                       : asio::posix::stream_descriptor::wait_write,
                       [self = shared_from_this()](const boost::system::error_code& failed) {
                           if (!failed) self->poll_connect();
                       });
}

void connection::prepare_queries() {
    state_ = state::preparing;
    if (PQsetnonblocking(server_, 1) != 0 || PQenterPipelineMode(server_) != 1) return fail_from_socket();
    auto preparing = std::make_shared<batch>();
    preparing->prepares = true;
    preparing->deadline = opened_by_;
    for (const query* each : options_->queries) {
        if (PQsendPrepare(server_, each->name(), each->sql(), 0, nullptr) != 1) return fail_from_socket();
        preparing->statements.push_back({each, params{}, {}});
    }
    if (PQpipelineSync(server_) != 1) return fail_from_socket();
    in_flight_.push_back(std::move(preparing));
    wait_readable();
    flush();
}

void connection::submit(std::shared_ptr<batch> sent) {
    if (state_ != state::open) throw db_error{db_error::kind::unavailable, "the connection is not open"};
    for (const statement& each : sent->statements) {
        const auto values = each.values.pointers();
        if (PQsendQueryPrepared(server_, each.what->name(), static_cast<int>(values.size()), values.data(),
                                nullptr, nullptr, 1)
            != 1) {
            fail_from_socket();
            throw db_error{db_error::kind::unavailable, "the connection to PostgreSQL is lost"};
        }
    }
    if (PQpipelineSync(server_) != 1) {
        fail_from_socket();
        throw db_error{db_error::kind::unavailable, "the connection to PostgreSQL is lost"};
    }
    sent->deadline = steady_clock::now() + options_->answer_timeout;
    in_flight_.push_back(std::move(sent));
    flush();
}

void connection::wait_readable() {
    socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& failed) {
                           if (!failed) self->read_answers();
                       });
}

void connection::flush() {
    if (waiting_writable_ || !server_) return;
    const int left = PQflush(server_);
    if (left < 0) return fail_from_socket();
    if (left == 0) return;
    waiting_writable_ = true;
    socket_.async_wait(asio::posix::stream_descriptor::wait_write,
                       [self = shared_from_this()](const boost::system::error_code& failed) {
                           self->waiting_writable_ = false;
                           if (!failed) self->flush();
                       });
}

void connection::read_answers() {
    if (!server_) return;
    if (PQconsumeInput(server_) != 1) return fail_from_socket();
    hear_notifications();
    while (server_ && !in_flight_.empty() && PQisBusy(server_) == 0)
        if (!take_result()) return fail_from_socket();
    if (!server_) return;
    hear_notifications(); // that stood behind the answers
    flush();
    wait_readable();
}

void connection::hear_notifications() {
    while (PGnotify* told = server_ ? PQnotifies(server_) : nullptr) {
        if (on_notification) on_notification(told->relname, told->extra);
        PQfreemem(told);
    }
}

// Takes one result off the connection; false when the conversation makes no sense any more.
bool connection::take_result() {
    batch& front = *in_flight_.front();
    result_set taken{PQgetResult(server_)};
    const pg_result* const result = taken.raw();
    if (!result) {
        // The end of one statement's results; or of an error that shows only at the Sync (a deferred
        // constraint).
        const std::size_t ends_expected = front.statements.size() + (front.failure ? 1 : 0);
        return ++front.answered <= ends_expected;
    }
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
        if (!front.failure && front.answered != front.statements.size()) return false;
        finish_front();
        return true;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        if (front.answered >= front.statements.size()) return false;
        front.statements[front.answered].answer = std::move(taken);
        return true;
    case PGRES_PIPELINE_ABORTED: return front.failure != nullptr;
    case PGRES_FATAL_ERROR: {
        if (PQstatus(server_) == CONNECTION_BAD) return false;
        const char* name =
            front.answered < front.statements.size() ? front.statements[front.answered].what->name() : "sync";
        if (!front.failure) front.failure = std::make_exception_ptr(db_error::from(result, name));
        return true;
    }
    default: return false;
    }
}

void connection::finish_front() {
    const auto done = std::move(in_flight_.front());
    in_flight_.pop_front();
    done->finished = true;
    if (!done->prepares) {
        // Batches are worked on one after the other: this one's turn began when it was sent or the one before
        // it ended.
        const auto now = steady_clock::now();
        const auto began = std::max(done->deadline - options_->answer_timeout, answered_at_);
        done->worked = std::chrono::duration_cast<std::chrono::microseconds>(now - began);
        answered_at_ = now;
        if (options_->on_answered) options_->on_answered(*done);
        return finish(done);
    }
    if (done->failure) {
        auto opened = std::exchange(opened_, nullptr);
        const auto why = done->failure;
        close(db_error{db_error::kind::unavailable, "a statement cannot be prepared"});
        if (opened) opened(why);
        return;
    }
    state_ = state::open;
    if (auto opened = std::exchange(opened_, nullptr)) opened(nullptr);
}

void connection::finish(const std::shared_ptr<batch>& done) {
    done->finished = true;
    if (const auto told = std::exchange(done->on_finished, nullptr)) told();
    // Resumed from the loop and not from here: what runs next may close this connection.
    if (done->waiter) asio::post(loop_, [done] { std::exchange(done->waiter, nullptr).resume(); });
}

void connection::fail_from_socket() {
    std::string message = server_ ? PQerrorMessage(server_) : "out of memory";
    while (!message.empty() && message.back() == '\n')
        message.pop_back();
    if (message.empty()) message = "the connection to PostgreSQL broke";
    close(db_error{db_error::kind::unavailable, message});
}

void connection::close(const db_error& why) {
    if (state_ == state::closed) return;
    const auto self = shared_from_this();
    state_ = state::closed;
    if (socket_.is_open()) {
        boost::system::error_code ignored;
        socket_.cancel(ignored);
        socket_.release();
    }
    if (server_) PQfinish(std::exchange(server_, nullptr));
    const auto lost = std::move(in_flight_);
    in_flight_.clear();
    for (const auto& each : lost) {
        each->failure = std::make_exception_ptr(why);
        finish(each);
    }
    if (auto opened = std::exchange(opened_, nullptr))
        asio::post(loop_, [opened, why] { opened(std::make_exception_ptr(why)); });
    asio::post(loop_, [self] {
        if (self->on_closed) self->on_closed();
    });
}

bool connection::is_clean() const noexcept {
    return state_ == state::open && in_flight_.empty() && PQtransactionStatus(server_) == PQTRANS_IDLE;
}

void connection::check_deadline(steady_clock::time_point now) {
    if (state_ == state::connecting || state_ == state::preparing) {
        if (now > opened_by_)
            close(db_error{db_error::kind::unavailable, "PostgreSQL did not answer in time"});
    } else if (!in_flight_.empty() && now > in_flight_.front()->deadline) {
        close(db_error{db_error::kind::timeout, "PostgreSQL did not answer a batch in time"});
    }
}

} // namespace kidevent::db
