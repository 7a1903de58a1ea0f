#include "status_page.hpp"

#include "listener.hpp"
#include "telemetry/exposition.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace kidevent::host {
namespace {

namespace asio = boost::asio;
using protocol = asio::local::stream_protocol;

constexpr std::size_t request_bytes_max = 4096;
constexpr std::size_t visits_max = 16;
constexpr std::chrono::seconds visit_timeout{5};

std::uint64_t idle_connections(const fastcgi::traffic& of) {
    const auto open = of.connections_open.load();
    const auto active = of.connections_active.load();
    return open > active ? open - active : 0; // the two are read one after the other
}

std::string http_answer(const char* status, std::string_view type, const std::string& body) {
    return std::string("HTTP/1.0 ") + status + "\r\nContent-Type: " + std::string(type)
           + "\r\nCache-Control: no-store\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"
           + body;
}

boost::json::object status_object(const seat_status& one) {
    boost::json::object row;
    row["pool"] = one.seat.pool;
    row["worker"] = one.seat.index;
    row["socket"] = one.seat.socket();
    row["published"] = one.published;
    row["pid"] = one.pid;
    row["state"] = one.state;
    row["queue"] = one.queue;
    row["restarts"] = one.restarts;
    row["uptime_s"] = one.uptime.count();
    static const fastcgi::traffic nothing;
    const auto& traffic = one.traffic ? *one.traffic : nothing;
    row["requests_active"] = traffic.requests_active.load();
    row["requests_total"] = traffic.requests_total.load();
    row["requests_refused"] = traffic.requests_refused.load();
    row["requests_dropped"] = traffic.requests_dropped.load();
    row["connections_active"] = traffic.connections_active.load();
    row["connections_idle"] = idle_connections(traffic);
    row["connections_accepted"] = traffic.connections_accepted.load();
    row["protocol_errors"] = traffic.protocol_errors.load();
    row["timeouts"] = traffic.timeouts.load();
    return row;
}

} // namespace

std::string status_text(const std::vector<seat_status>& seats) {
    std::string text = "worker                   pid state     active  conns idle/busy  accepted  queue"
                       "     requests  restarts    uptime\n";
    for (const auto& one : seats) {
        static const fastcgi::traffic nothing;
        const auto& traffic = one.traffic ? *one.traffic : nothing;
        char line[256];
        std::snprintf(
            line, sizeof(line), "%-20s %7d %-9s %6llu %9llu/%-6llu %9llu %6lld %12llu %9llu %8llds\n",
            (one.seat.pool + "-" + std::to_string(one.seat.index)).c_str(), static_cast<int>(one.pid),
            one.state.c_str(), static_cast<unsigned long long>(traffic.requests_active.load()),
            static_cast<unsigned long long>(idle_connections(traffic)),
            static_cast<unsigned long long>(traffic.connections_active.load()),
            static_cast<unsigned long long>(traffic.connections_accepted.load()),
            static_cast<long long>(one.queue), static_cast<unsigned long long>(traffic.requests_total.load()),
            static_cast<unsigned long long>(one.restarts), static_cast<long long>(one.uptime.count()));
        text += line;
    }
    return text;
}

std::string status_json(const std::vector<seat_status>& seats) {
    boost::json::array rows;
    for (const auto& one : seats)
        rows.push_back(status_object(one));
    boost::json::object page;
    page["master_pid"] = ::getpid();
    page["workers"] = std::move(rows);
    return boost::json::serialize(page) + "\n";
}

struct status_page::visit {
    visit(asio::generic::stream_protocol::socket with, bool only)
        : socket(std::move(with)), timer(socket.get_executor()), metrics_only(only) {}
    asio::generic::stream_protocol::socket socket;
    asio::steady_timer timer;
    bool metrics_only; // it came over TCP
    std::string request;
    std::string answer;
};

status_page::status_page(asio::io_context& loop, std::string path, const std::string& group, content of,
                         const std::string& metrics_address)
    : acceptor_(loop), metrics_acceptor_(loop), path_(std::move(path)), content_(std::move(of)) {
    ::unlink(path_.c_str());
    acceptor_.open();
    acceptor_.bind(protocol::endpoint(path_));
    const auto owning_group = group.empty() ? static_cast<unsigned>(-1) : group_id(group);
    if (::chown(path_.c_str(), static_cast<unsigned>(-1), owning_group) != 0
        || ::chmod(path_.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0)
        throw std::system_error(errno, std::generic_category(), "fastcgi.status_socket " + path_);
    acceptor_.listen();
    accept(acceptor_, false);
    if (!metrics_address.empty()) listen_for_metrics(metrics_address);
}

status_page::~status_page() { ::unlink(path_.c_str()); }

void status_page::listen_for_metrics(const std::string& address) {
    const auto colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    boost::system::error_code failure;
    const auto ip = asio::ip::make_address(host, failure);
    const int port = std::stoi(address.substr(colon + 1));
    if (failure || port < 1 || port > 65535)
        throw std::runtime_error("fastcgi.metrics_address: no IP address and port: " + address);
    const asio::ip::tcp::endpoint at(ip, static_cast<std::uint16_t>(port));
    metrics_acceptor_.open(at.protocol());
    metrics_acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true));
    metrics_acceptor_.bind(at, failure);
    if (failure) throw std::runtime_error("fastcgi.metrics_address " + address + ": " + failure.message());
    metrics_acceptor_.listen();
    accept(metrics_acceptor_, true);
}

template<class Acceptor> void status_page::accept(Acceptor& from, bool metrics_only) {
    using socket_type = typename Acceptor::protocol_type::socket;
    from.async_accept([this, &from, metrics_only](boost::system::error_code failure, socket_type socket) {
        if (failure == asio::error::operation_aborted) return;
        if (!failure && visits_ < visits_max) {
            ++visits_;
            read(std::make_shared<visit>(std::move(socket), metrics_only));
        }
        accept(from, metrics_only);
    });
}

void status_page::read(std::shared_ptr<visit> one) {
    auto& held = *one;
    held.timer.expires_after(visit_timeout);
    held.timer.async_wait([one](boost::system::error_code stopped) {
        boost::system::error_code ignored;
        if (!stopped) one->socket.close(ignored);
    });
    const auto end = [this, one](boost::system::error_code, std::size_t) {
        one->timer.cancel();
        --visits_;
    };
    asio::async_read_until(held.socket, asio::dynamic_buffer(held.request, request_bytes_max), "\r\n\r\n",
                           [this, one, end](boost::system::error_code failure, std::size_t bytes) {
                               if (failure) return end(failure, bytes);
                               one->answer = answer_to(one->request.substr(0, one->request.find("\r\n")),
                                                       one->metrics_only);
                               asio::async_write(one->socket, asio::buffer(one->answer), end);
                           });
}

std::string status_page::answer_to(const std::string& request_line, bool metrics_only) const {
    const auto target_end = request_line.find(' ', 4);
    if (request_line.substr(0, 4) != "GET ")
        return http_answer("405 Method Not Allowed", "text/plain", "GET only\n");
    const auto target = request_line.substr(4, target_end == std::string::npos ? target_end : target_end - 4);
    if (target == "/metrics")
        return http_answer("200 OK", telemetry::exposition_type, content_.metrics_text());
    if (metrics_only) return http_answer("404 Not Found", "text/plain", "/metrics\n");
    if (target == "/status?json")
        return http_answer("200 OK", "application/json", status_json(content_.list_status()));
    if (target == "/status")
        return http_answer("200 OK", "text/plain; charset=utf-8", status_text(content_.list_status()));
    return http_answer("404 Not Found", "text/plain", "/status, /status?json or /metrics\n");
}

} // namespace kidevent::host
