#pragma once
// One FastCGI connection from the web server: reads records, hands complete requests to the
// application, writes the answers. Created by fastcgi::server, which also calls check_deadlines().
// Everything runs on the event loop's thread.

#include "fastcgi/decoder.hpp"
#include "fastcgi/encoder.hpp"
#include "fastcgi/refusal.hpp"
#include "fastcgi/traffic.hpp"

#include <kidevent/request.hpp>
#include <kidevent/response.hpp>

#include <boost/asio/local/stream_protocol.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::fastcgi {

// Must call the function exactly once, possibly before it returns, on the event loop's thread.
using application = std::function<void(request, std::function<void(response)>)>;

struct connection_limits {
    decoder_limits decoding;
    std::int64_t connections_max = 1024; // of the server; answered to GET_VALUES
    std::chrono::milliseconds read_timeout{10000};
    std::chrono::milliseconds write_timeout{30000};
};

// What all connections of one server share.
struct connection_context {
    connection_limits limits;
    application handle;
    traffic* counters = nullptr;
    bool draining = false;
};

class connection : public std::enable_shared_from_this<connection> {
public:
    using socket = boost::asio::local::stream_protocol::socket;
    using clock = std::chrono::steady_clock;
    using on_closed = std::function<void(connection*)>;

    // `context` must outlive the connection. `closed` is called once, from close().
    connection(socket with, connection_context& context, on_closed closed);
    ~connection();

    void start();

    // Closes the connection when the peer has stalled inside a request for read_timeout, or has not
    // taken a byte of its answers for write_timeout. An idle connection has no deadline.
    void check_deadlines(clock::time_point now);

    // At once: requests in work are abandoned, streams destroyed.
    void close();

private:
    struct exchange {
        bool keep_connection = true;
        bool input_complete = false;
        bool refused = false; // answered by the front; what still comes in is skipped
        bool head_only = false;
        std::uint64_t serial = 0;
        std::uint64_t content_length = 0;
        request value;
        std::unique_ptr<body_stream> stream;
        clock::time_point last_progress;
    };
    // The stream whose next piece is due once this is written; serial 0 when there is none.
    struct queued {
        std::unique_ptr<outgoing> bytes;
        std::uint16_t id = 0;
        std::uint64_t serial = 0;
    };

    void read();
    void on_readable();
    void on_end_of_input();
    void pump();
    bool output_is_full() const noexcept;

    void on_event(const need_bytes&) {}
    void on_event(const request_begun& begun);
    void on_event(const begin_refused& begin);
    void on_event(const params_complete& params);
    void on_event(const params_too_large& params);
    void on_event(const body_chunk& chunk);
    void on_event(const body_complete& body);
    void on_event(const body_too_large& body);
    void on_event(const request_aborted& aborted);
    void on_event(const values_wanted& wanted);
    void on_event(const unknown_management_type& unknown);
    void on_event(const protocol_error& broken);

    exchange* find_exchange(std::uint16_t id, std::uint64_t serial) noexcept;
    void refuse(std::uint16_t id, const refusal& why);
    void dispatch(std::uint16_t id, exchange& with);
    void answer(std::uint16_t id, std::uint64_t serial, response with);
    void end_without_answer(std::uint16_t id, exchange& with, std::uint32_t app_status);
    void start_stream(std::uint16_t id, exchange& with, std::string head,
                      std::unique_ptr<body_stream> stream);
    void ask_next(std::uint16_t id, std::uint64_t serial);
    void ask_next_later(std::uint16_t id, std::uint64_t serial);
    void on_chunk(std::uint16_t id, std::uint64_t serial, std::optional<std::string> chunk);
    void forget_exchange(std::uint16_t id);
    void destroy_later(std::unique_ptr<body_stream> stream);
    ending end_of(const exchange& with) const noexcept;

    void enqueue(queued next);
    void flush();
    bool write_once(boost::system::error_code& failure);
    void wait_until_writable();
    void close_when_over();
    void update_activity();

    socket socket_;
    connection_context& context_;
    on_closed on_closed_;
    decoder decoder_;
    std::unique_ptr<char[]> input_; // null while nothing is in it
    std::map<std::uint16_t, exchange> exchanges_;
    std::uint64_t next_serial_ = 1;

    std::deque<queued> output_;
    std::size_t pieces_written_ = 0;      // of output_.front()
    std::size_t piece_bytes_written_ = 0; // of the first piece not written in full

    clock::time_point last_read_;
    clock::time_point last_write_;
    bool reading_ = false;
    bool writing_ = false;
    bool pumping_ = false;
    bool flushing_ = false;
    bool input_ended_ = false;
    bool close_when_answered_ = false;
    bool closed_ = false;
    bool counted_active_ = false;
    std::size_t counted_requests_ = 0;
};

} // namespace kidevent::fastcgi
