#include "db/lane.hpp"

namespace kidevent::db {

namespace {
constexpr std::chrono::milliseconds first_retry{50};
constexpr std::chrono::milliseconds longest_retry{1000};
} // namespace

lane::lane(boost::asio::io_context& loop, std::shared_ptr<const connection_options> options,
           std::size_t batches_max)
    : loop_(loop),
      options_(std::move(options)),
      batches_max_(batches_max),
      retry_(loop),
      retry_delay_(first_retry) {}

lane::~lane() { close(); }

void lane::start(connection::on_open opened) { connect(std::move(opened)); }

void lane::connect(connection::on_open opened) {
    current_ = std::make_shared<connection>(loop_, options_);
    // Several workers losing one server come back one after the other, not all at once: see retry_later().
    current_->on_closed = [this] {
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
    if (current_->batches_in_flight() >= batches_max_)
        throw db_error{db_error::kind::unavailable, "db.lane_batches_max is reached"};
    current_->submit(std::move(sent));
}

void lane::close() {
    if (closing_) return;
    closing_ = true;
    retry_.cancel();
    if (!current_) return;
    current_->on_closed = nullptr;
    current_->on_notification = nullptr;
    current_->close(db_error{db_error::kind::unavailable, "shutting down"});
}

void lane::sweep(std::chrono::steady_clock::time_point now) {
    if (current_) current_->check_deadline(now);
}

} // namespace kidevent::db
