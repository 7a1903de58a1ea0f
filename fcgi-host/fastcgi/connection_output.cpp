#include "fastcgi/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <array>
#include <span>
#include <utility>

namespace kidevent::fastcgi {
namespace {

constexpr std::size_t gathered_pieces_max = 64;

} // namespace

void connection::enqueue(queued next) {
    if (closed_) return;
    if (output_.empty()) last_write_ = clock::now();
    output_.push_back(std::move(next));
    flush();
}

// Writes at once what the socket takes: most answers leave without another turn of the event loop.
void connection::flush() {
    if (writing_ || closed_ || std::exchange(flushing_, true)) return;
    const auto self = shared_from_this();
    boost::system::error_code failure;
    while (!output_.empty() && !failure) {
        if (!write_once(failure)) continue;
        const auto done = std::move(output_.front());
        output_.pop_front();
        pieces_written_ = 0;
        if (done.serial != 0) ask_next_later(done.id, done.serial);
    }
    flushing_ = false;
    if (failure == boost::asio::error::would_block) return wait_until_writable();
    if (failure) return close();
    close_when_over();
    if (!closed_ && !reading_) pump(); // it had stopped when the queue was full
}

// One gathering write of the front of the queue; true when that left nothing of it.
bool connection::write_once(boost::system::error_code& failure) {
    const auto& pieces = output_.front().bytes->pieces;
    std::array<boost::asio::const_buffer, gathered_pieces_max> buffers;
    std::size_t count = 0;
    for (auto i = pieces_written_; i < pieces.size() && count < buffers.size(); ++i)
        buffers[count++] = boost::asio::buffer(pieces[i].data(), pieces[i].size());
    if (count == 0) return true;
    buffers[0] += piece_bytes_written_;
    auto written = socket_.write_some(std::span(buffers.data(), count), failure);
    if (written > 0) last_write_ = clock::now();
    while (written > 0) {
        const auto left = pieces[pieces_written_].size() - piece_bytes_written_;
        if (written < left) {
            piece_bytes_written_ += written;
            break;
        }
        written -= left;
        piece_bytes_written_ = 0;
        ++pieces_written_;
    }
    return pieces_written_ == pieces.size();
}

void connection::wait_until_writable() {
    writing_ = true;
    socket_.async_wait(socket::wait_write, [self = shared_from_this()](boost::system::error_code failure) {
        self->writing_ = false;
        if (failure) return self->close();
        self->flush();
    });
}

void connection::close_when_over() {
    if (close_when_answered_ && exchanges_.empty() && output_.empty()) close();
}

void connection::update_activity() {
    auto& counters = *context_.counters;
    const auto requests = exchanges_.size();
    traffic::add(counters.requests_active,
                 static_cast<std::int64_t>(requests) - static_cast<std::int64_t>(counted_requests_));
    counted_requests_ = requests;
    const bool active = requests != 0;
    if (active != counted_active_) traffic::add(counters.connections_active, active ? 1 : -1);
    counted_active_ = active;
}

void connection::check_deadlines(clock::time_point now) {
    if (closed_) return;
    bool stalled = !output_.empty() && now - last_write_ > context_.limits.write_timeout;
    if (!output_is_full() && !input_ended_) {
        const auto too_old = [&](clock::time_point since) {
            return now - since > context_.limits.read_timeout;
        };
        for (const auto& [id, one] : exchanges_)
            stalled = stalled || (!one.input_complete && !one.refused && too_old(one.last_progress));
        stalled = stalled || (exchanges_.empty() && decoder_.inside_record() && too_old(last_read_));
    }
    if (!stalled) return;
    traffic::add(context_.counters->timeouts, 1);
    close();
}

} // namespace kidevent::fastcgi
