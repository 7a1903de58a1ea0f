#pragma once
// Commands and replies over one connection to a mail server, in the clear or inside TLS. Blocks; everything
// ends when the time limit does. Poco has an SMTP session as well, but reads replies of any length and takes
// the certificate of any name that leads to the server's address.

#include "http_client/cut_off.hpp"
#include "notifications/smtp_reply.hpp"

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <optional>
#include <stdexcept>

namespace kidevent::notifications {

// The connection is of no use any more, for whatever reason; says nothing about the message.
class smtp_failure : public std::runtime_error {
public:
    explicit smtp_failure(const std::string& detail, int reply_code = 0)
        : std::runtime_error(detail), code(reply_code) {}
    int code; // of the reply, 0 when there was none
};

class smtp_dialog {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // Connects to the first address of the host that answers; looking the name up has no limit but the
    // resolver's. Every function from here on throws smtp_failure.
    smtp_dialog(const std::string& host, int port, std::chrono::milliseconds connect_timeout,
                time_point until);
    smtp_dialog(const smtp_dialog&) = delete;
    smtp_dialog& operator=(const smtp_dialog&) = delete;

    // From now on until then. Beyond, the connection is cut, and what waits for it throws.
    void limit(time_point until);
    void unlimit() noexcept { limit_.reset(); }

    // TLS from here on. What the server said before and was not asked for would be taken for its word
    // inside: it ends the connection.
    void secure(const std::string& host, const Poco::Net::Context::Ptr& trust);
    bool is_secure() const { return socket_.secure(); }
    bool is_on_this_machine() const;

    smtp_reply read_reply();
    // Without its line break, and never with one inside.
    smtp_reply command(const std::string& line);
    // Sends the lines of a message and the dot behind them, and reads the reply.
    smtp_reply send_content(std::string_view content);
    // Without waiting for an answer, and whether or not it arrives.
    void say_goodbye() noexcept;

private:
    void send(std::string_view bytes);
    std::string read_line();
    [[noreturn]] void fail(const std::string& why);

    Poco::Net::StreamSocket socket_;
    std::string received_;
    std::optional<http_client::cut_off> limit_; // after the socket whose descriptor it uses
};

} // namespace kidevent::notifications
