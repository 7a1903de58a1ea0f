#include "fastcgi/connection.hpp"

#include "fastcgi/request_builder.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <poll.h>
#include <utility>

namespace kidevent::fastcgi {
namespace {

constexpr std::size_t input_bytes = 16384;
// Besides the answers of its requests a peer can ask for management records; it gets no more of
// them than this before it has to read some.
constexpr std::size_t management_records_max = 16;
constexpr std::uint64_t body_reserve_max = 65536;

// True when the other side is closed, not merely shut down for writing.
bool peer_is_gone(int fd) noexcept {
    pollfd state{fd, POLLIN, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

} // namespace

connection::connection(socket with, connection_context& context, on_closed closed)
    : socket_(std::move(with)),
      context_(context),
      on_closed_(std::move(closed)),
      decoder_(context.limits.decoding),
      last_read_(clock::now()),
      last_write_(last_read_) {
    traffic::add(context_.counters->connections_open, 1);
}

connection::~connection() { close(); }

void connection::start() {
    boost::system::error_code failure;
    socket_.non_blocking(true, failure);
    if (failure) return close();
    read();
}

void connection::close() {
    if (std::exchange(closed_, true)) return;
    boost::system::error_code ignored;
    socket_.close(ignored);
    for (auto& [id, one] : exchanges_) {
        if (!one.input_complete && !one.refused) traffic::add(context_.counters->requests_dropped, 1);
        destroy_later(std::move(one.stream));
    }
    exchanges_.clear();
    output_.clear();
    update_activity();
    traffic::add(context_.counters->connections_open, -1);
    if (auto closed = std::exchange(on_closed_, nullptr)) closed(this);
}

// The buffer is there only while something is in it: most of the time a connection waits, and that of a
// stream for hours.
void connection::read() {
    if (reading_ || closed_ || input_ended_) return;
    reading_ = true;
    socket_.async_wait(socket::wait_read, [self = shared_from_this()](boost::system::error_code failure) {
        self->reading_ = false;
        if (self->closed_) return;
        if (failure) return self->close();
        self->on_readable();
    });
}

void connection::on_readable() {
    if (!input_) input_ = std::make_unique_for_overwrite<char[]>(input_bytes);
    boost::system::error_code failure;
    const auto bytes = socket_.read_some(boost::asio::buffer(input_.get(), input_bytes), failure);
    if (failure == boost::asio::error::would_block) return read();
    if (failure == boost::asio::error::eof) return on_end_of_input();
    if (failure) return close();
    last_read_ = clock::now();
    decoder_.feed({input_.get(), bytes});
    pump();
}

void connection::on_end_of_input() {
    input_ended_ = true;
    if (peer_is_gone(socket_.native_handle())) return close();
    // Half closed. What was not received in full never will be, and is never executed.
    std::vector<std::uint16_t> unfinished;
    for (const auto& [id, one] : exchanges_)
        if (!one.input_complete && !one.refused) unfinished.push_back(id);
    for (const auto id : unfinished) {
        traffic::add(context_.counters->requests_dropped, 1);
        forget_exchange(id);
    }
    close_when_answered_ = true;
    close_when_over();
}

// Reading stops while the peer does not take its answers: that bounds what is queued for it.
bool connection::output_is_full() const noexcept {
    return output_.size() > context_.limits.decoding.requests_max + management_records_max;
}

void connection::pump() {
    if (std::exchange(pumping_, true)) return;
    const auto self = shared_from_this();
    bool starved = false;
    while (!closed_ && !starved && !output_is_full()) {
        const auto next = decoder_.next();
        starved = std::holds_alternative<need_bytes>(next);
        std::visit([this](const auto& one) { on_event(one); }, next);
    }
    pumping_ = false;
    if (!starved) return;
    input_.reset();
    read();
}

void connection::on_event(const request_begun& begun) {
    auto& one = exchanges_[begun.id];
    one = exchange{};
    one.keep_connection = begun.keep_connection;
    one.serial = next_serial_++;
    one.last_progress = last_read_;
    traffic::add(context_.counters->requests_total, 1);
    update_activity();
}

void connection::on_event(const begin_refused& begin) {
    traffic::add(context_.counters->requests_refused, 1);
    auto bytes = std::make_unique<outgoing>();
    encode_output(*bytes, begin.id, {}, {}, {true, false, 0, begin.status});
    decoder_.finish(begin.id);
    if (!begin.keep_connection) close_when_answered_ = true;
    enqueue({std::move(bytes)});
}

void connection::on_event(const params_complete& params) {
    auto& one = exchanges_.at(params.id);
    one.last_progress = last_read_;
    auto built = build_request(params.params, context_.limits.decoding.body_bytes_max);
    if (const auto* why = std::get_if<refusal>(&built)) return refuse(params.id, *why);
    if (std::holds_alternative<no_request>(built)) return end_without_answer(params.id, one, 1);
    auto& ready = std::get<incoming>(built);
    one.content_length = ready.content_length;
    one.value = std::move(ready.value);
    one.head_only = one.value.method == "HEAD";
    // No more than this on the peer's word alone.
    one.value.body.reserve(static_cast<std::size_t>(std::min(one.content_length, body_reserve_max)));
}

void connection::on_event(const params_too_large& params) { refuse(params.id, {431, params.reason}); }

void connection::on_event(const body_chunk& chunk) {
    auto& one = exchanges_.at(chunk.id);
    one.last_progress = last_read_;
    one.value.body.append(chunk.bytes);
}

void connection::on_event(const body_complete& body) {
    auto& one = exchanges_.at(body.id);
    one.input_complete = true;
    if (one.value.body.size() != one.content_length)
        return refuse(body.id, {400, "The request body is not as long as Content-Length says."});
    dispatch(body.id, one);
}

void connection::on_event(const body_too_large& body) {
    refuse(body.id, {413, "The request body is too large."});
}

void connection::on_event(const request_aborted& aborted) {
    const auto one = exchanges_.find(aborted.id);
    if (one == exchanges_.end()) return decoder_.finish(aborted.id);
    end_without_answer(aborted.id, one->second, 1);
}

void connection::on_event(const values_wanted& wanted) {
    const auto requests = static_cast<std::int64_t>(context_.limits.decoding.requests_max);
    auto bytes = std::make_unique<outgoing>();
    encode_values(*bytes, wanted.names, context_.limits.connections_max,
                  context_.limits.connections_max * requests);
    enqueue({std::move(bytes)});
}

void connection::on_event(const unknown_management_type& unknown) {
    auto bytes = std::make_unique<outgoing>();
    encode_unknown_type(*bytes, unknown.type);
    enqueue({std::move(bytes)});
}

void connection::on_event(const protocol_error&) {
    traffic::add(context_.counters->protocol_errors, 1);
    close();
}

connection::exchange* connection::find_exchange(std::uint16_t id, std::uint64_t serial) noexcept {
    const auto found = exchanges_.find(id);
    if (closed_ || found == exchanges_.end() || found->second.serial != serial) return nullptr;
    return &found->second;
}

void connection::refuse(std::uint16_t id, const refusal& why) {
    auto& one = exchanges_.at(id);
    one.refused = true;
    traffic::add(context_.counters->requests_refused, 1);
    answer(id, one.serial, refusal_response(why));
}

void connection::dispatch(std::uint16_t id, exchange& with) {
    const auto serial = with.serial;
    auto respond = [weak = weak_from_this(), id, serial](response made) {
        if (const auto self = weak.lock()) self->answer(id, serial, std::move(made));
    };
    try {
        context_.handle(std::move(with.value), std::move(respond));
    } catch (const std::exception&) {
        if (find_exchange(id, serial)) refuse(id, {500, "The request could not be handled."});
    }
}

ending connection::end_of(const exchange& with) const noexcept {
    return {true, context_.draining && with.keep_connection, 0, protocol_status::request_complete};
}

void connection::answer(std::uint16_t id, std::uint64_t serial, response with) {
    auto* one = find_exchange(id, serial);
    // Aborted or answered already. The stream may be the caller's own, so it is not destroyed here.
    if (!one || one->stream) {
        if (auto* stream = std::get_if<std::unique_ptr<body_stream>>(&with.body))
            destroy_later(std::move(*stream));
        return;
    }
    auto head = encode_head(with);
    if (!head) {
        with = refusal_response({500, "The answer could not be sent."});
        head = encode_head(with);
    }
    const bool without_body = one->head_only || has_no_body(with.status);
    if (auto* stream = std::get_if<std::unique_ptr<body_stream>>(&with.body)) {
        if (!without_body && *stream) return start_stream(id, *one, *std::move(head), std::move(*stream));
        destroy_later(std::move(*stream));
        with.body = std::string();
    }
    auto& text = std::get<std::string>(with.body);
    if (without_body) text.clear();
    auto bytes = std::make_unique<outgoing>();
    encode_output(*bytes, id, *std::move(head), std::move(text), end_of(*one));
    if (!one->keep_connection) close_when_answered_ = true;
    forget_exchange(id);
    enqueue({std::move(bytes)});
}

void connection::end_without_answer(std::uint16_t id, exchange& with, std::uint32_t app_status) {
    if (!with.input_complete) traffic::add(context_.counters->requests_dropped, 1);
    auto last = end_of(with);
    last.app_status = app_status;
    auto bytes = std::make_unique<outgoing>();
    encode_output(*bytes, id, {}, {}, last);
    if (!with.keep_connection) close_when_answered_ = true;
    forget_exchange(id);
    enqueue({std::move(bytes)});
}

void connection::start_stream(std::uint16_t id, exchange& with, std::string head,
                              std::unique_ptr<body_stream> stream) {
    with.stream = std::move(stream);
    auto bytes = std::make_unique<outgoing>();
    encode_output(*bytes, id, std::move(head), {}, {});
    enqueue({std::move(bytes), id, with.serial});
}

void connection::ask_next(std::uint16_t id, std::uint64_t serial) {
    auto* one = find_exchange(id, serial);
    if (!one || !one->stream) return;
    try {
        one->stream->next([weak = weak_from_this(), id, serial](std::optional<std::string> chunk) {
            if (const auto self = weak.lock()) self->on_chunk(id, serial, std::move(chunk));
        });
    } catch (const std::exception&) {
        close(); // an END_REQUEST would make the cut-off body look complete
    }
}

void connection::ask_next_later(std::uint16_t id, std::uint64_t serial) {
    boost::asio::post(socket_.get_executor(), [weak = weak_from_this(), id, serial] {
        if (const auto self = weak.lock()) self->ask_next(id, serial);
    });
}

void connection::on_chunk(std::uint16_t id, std::uint64_t serial, std::optional<std::string> chunk) {
    auto* one = find_exchange(id, serial);
    if (!one) return;
    // An empty STDOUT record would end the output.
    if (chunk && chunk->empty()) return ask_next_later(id, serial);
    auto bytes = std::make_unique<outgoing>();
    if (chunk) {
        encode_output(*bytes, id, {}, *std::move(chunk), {});
        return enqueue({std::move(bytes), id, serial});
    }
    encode_output(*bytes, id, {}, {}, end_of(*one));
    if (!one->keep_connection) close_when_answered_ = true;
    forget_exchange(id);
    enqueue({std::move(bytes)});
}

void connection::forget_exchange(std::uint16_t id) {
    const auto one = exchanges_.find(id);
    if (one == exchanges_.end()) return;
    destroy_later(std::move(one->second.stream));
    exchanges_.erase(one);
    decoder_.finish(id);
    update_activity();
}

// This may run inside the stream's own next(): it must not be destroyed under its feet.
void connection::destroy_later(std::unique_ptr<body_stream> stream) {
    if (!stream) return;
    boost::asio::post(socket_.get_executor(), [gone = std::move(stream)]() mutable { gone.reset(); });
}

} // namespace kidevent::fastcgi
