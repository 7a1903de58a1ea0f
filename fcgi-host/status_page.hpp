#pragma once
// The master's status page on a unix socket: GET /status as text, GET /status?json as JSON, one
// HTTP/1.0 answer per connection. For operators and for nginx's local location; nothing secret on it.

#include "seat.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace kidevent::host {

std::string status_text(const std::vector<seat_status>& seats);
std::string status_json(const std::vector<seat_status>& seats);

class status_page {
public:
    using list_status = std::function<std::vector<seat_status>()>;

    // Listens on `path` (mode 0660, `group` may be ""). Throws std::runtime_error.
    status_page(boost::asio::io_context& loop, std::string path, const std::string& group, list_status list);
    ~status_page();

private:
    struct visit;
    void accept();
    void read(std::shared_ptr<visit> one);
    std::string answer_to(const std::string& request_line) const;

    boost::asio::local::stream_protocol::acceptor acceptor_;
    std::string path_;
    list_status list_;
    std::size_t visits_ = 0; // open connections
};

} // namespace kidevent::host
