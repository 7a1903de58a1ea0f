#pragma once
// The master's pages on a unix socket of their own: GET /status as text, GET /status?json as JSON, GET
// /metrics for Prometheus; one HTTP/1.0 answer per connection. /metrics may have a TCP address besides. For
// operators; nginx passes none of it on, and nothing on it is secret.

#include "seat.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kidevent::host {

std::string status_text(const std::vector<seat_status>& seats);
std::string status_json(const std::vector<seat_status>& seats);

class status_page {
public:
    struct content {
        std::function<std::vector<seat_status>()> list_status;
        std::function<std::string()> metrics_text;
    };

    // Listens on `path` (mode 0660, `group` may be ""), and on `metrics_address` ("127.0.0.1:9464") unless it
    // is
    // "". Throws std::runtime_error.
    status_page(boost::asio::io_context& loop, std::string path, const std::string& group, content of,
                const std::string& metrics_address);
    ~status_page();

private:
    struct visit;
    void listen_for_metrics(const std::string& address);
    template<class Acceptor> void accept(Acceptor& from, bool metrics_only);
    void read(std::shared_ptr<visit> one);
    std::string answer_to(const std::string& request_line, bool metrics_only) const;

    boost::asio::local::stream_protocol::acceptor acceptor_;
    boost::asio::ip::tcp::acceptor metrics_acceptor_;
    std::string path_;
    content content_;
    std::size_t visits_ = 0; // open connections
};

} // namespace kidevent::host
