#include "redis/link.hpp"

#include "core/uuid.hpp"
#include "redis/connection.hpp"

#include <algorithm>

namespace kidevent::redis {

namespace {
constexpr std::chrono::milliseconds first_retry{50};
constexpr std::chrono::milliseconds longest_retry{2000};
} // namespace

link::link(boost::asio::io_context& loop, const redis_settings& with)
    : loop_(loop), with_(with), retry_(loop), retry_delay_(first_retry) {}

link::~link() { close(); }

void link::start() {
    if (!with_.address.empty()) connect();
}

void link::connect() {
    current_ = std::make_shared<connection>(loop_, with_);
    auto was_up = std::make_shared<bool>(false);
    current_->on_open = [this, was_up] {
        *was_up = true;
        retry_delay_ = first_retry;
        if (on_up) on_up();
    };
    current_->on_reply = [this](reply got) {
        if (on_reply) on_reply(std::move(got));
    };
    current_->on_closed = [this, was_up](const std::string&) {
        if (*was_up) {
            ++losses_;
            if (on_down) on_down();
        }
        retry_later();
    };
    current_->open();
}

void link::retry_later() {
    if (closing_) return;
    // Several workers losing one server come back one after the other.
    const auto jitter = retry_delay_ * make_uuid().bytes[15] / 512;
    retry_.expires_after(retry_delay_ + jitter);
    retry_delay_ = std::min(retry_delay_ * 2, longest_retry);
    retry_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled && !closing_) connect();
    });
}

bool link::is_up() const noexcept { return current_ && current_->is_open(); }
std::size_t link::bytes_waiting() const noexcept { return current_ ? current_->bytes_waiting() : 0; }

void link::send(std::string_view bytes) { current_->send(bytes); }

void link::fail(const std::string& why) {
    if (current_) current_->close(why);
}

void link::close() {
    if (closing_) return;
    closing_ = true;
    retry_.cancel();
    if (!current_) return;
    const bool was_up = current_->is_open();
    current_->on_closed = nullptr;
    current_->close("shutting down");
    if (was_up && on_down) on_down();
}

} // namespace kidevent::redis
