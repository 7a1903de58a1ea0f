#include "notifications/smtp_dialog.hpp"

#include "notifications/smtp_certificate.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>

#include <array>

#include <poll.h>
#include <sys/socket.h>

namespace kidevent::notifications {

namespace {

using Poco::Net::SecureStreamSocket;
using Poco::Net::SocketAddress;

// RFC 5321 has 512; who says more is allowed to, within reason.
constexpr std::size_t reply_line_bytes_max = 2048;
constexpr std::size_t reply_lines_max = 100;

Poco::Timespan left_until(smtp_dialog::time_point until) {
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(until - smtp_dialog::time_point::clock::now());
    if (left.count() <= 0) throw Poco::TimeoutException("no connection in time");
    return Poco::Timespan{left.count()};
}

std::vector<Poco::Net::IPAddress> addresses_of(const std::string& host) {
    Poco::Net::IPAddress literal;
    if (Poco::Net::IPAddress::tryParse(host, literal)) return {literal};
    const auto found = Poco::Net::DNS::hostByName(host, Poco::Net::DNS::DNS_HINT_AI_ADDRCONFIG).addresses();
    if (found.empty()) throw Poco::Net::HostNotFoundException("the name has no address");
    return found;
}

Poco::Net::StreamSocket connect(const std::string& host, int port, std::chrono::milliseconds connect_timeout,
                                smtp_dialog::time_point until) {
    const auto addresses = addresses_of(host);
    const Poco::Timespan usual{std::chrono::microseconds{connect_timeout}.count()};
    for (std::size_t i = 0;; ++i) {
        try {
            Poco::Net::StreamSocket made;
            made.connect(SocketAddress{addresses[i], static_cast<Poco::UInt16>(port)},
                         std::min(usual, left_until(until)));
            made.setNoDelay(true);
            return made;
        } catch (const Poco::Exception&) {
            if (i + 1 == addresses.size()) throw;
        }
    }
}

} // namespace

smtp_dialog::smtp_dialog(const std::string& host, int port, std::chrono::milliseconds connect_timeout,
                         time_point until) {
    try {
        socket_ = connect(host, port, connect_timeout, until);
    } catch (const Poco::Exception& why) {
        throw smtp_failure("no connection to the relay: " + why.displayText());
    }
    limit(until);
}

void smtp_dialog::limit(time_point until) {
    limit_.reset();
    limit_.emplace(socket_.impl()->sockfd(), until);
}

void smtp_dialog::fail(const std::string& why) {
    throw smtp_failure(limit_ && limit_->has_happened() ? "the relay did not answer in time" : why);
}

void smtp_dialog::secure(const std::string& host, const Poco::Net::Context::Ptr& trust) {
    if (!received_.empty()) fail("the relay spoke before TLS began");
    try {
        SecureStreamSocket inside = SecureStreamSocket::attach(socket_, host, trust);
        if (const auto fault = certificate_fault(inside.peerCertificate(), host); !fault.empty()) fail(fault);
        socket_ = inside;
    } catch (const Poco::Exception& why) {
        fail("TLS: " + why.displayText());
    }
}

bool smtp_dialog::is_on_this_machine() const { return socket_.peerAddress().host().isLoopback(); }

void smtp_dialog::send(std::string_view bytes) {
    try {
        while (!bytes.empty()) {
            const int done = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
            if (done <= 0) fail("the connection to the relay broke");
            bytes.remove_prefix(static_cast<std::size_t>(done));
        }
    } catch (const Poco::Exception& why) {
        fail("the connection to the relay broke: " + why.displayText());
    }
}

std::string smtp_dialog::read_line() {
    for (;;) {
        if (const auto end = received_.find('\n'); end != std::string::npos) {
            std::string line = received_.substr(0, end);
            received_.erase(0, end + 1);
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        if (received_.size() > reply_line_bytes_max) fail("the relay says something that is no reply");
        std::array<char, 2048> piece;
        int got = 0;
        try {
            got = socket_.receiveBytes(piece.data(), static_cast<int>(piece.size()));
        } catch (const Poco::Exception& why) {
            fail("the connection to the relay broke: " + why.displayText());
        }
        if (got <= 0) fail("the relay ended the connection");
        received_.append(piece.data(), static_cast<std::size_t>(got));
    }
}

smtp_reply smtp_dialog::read_reply() {
    smtp_reply made;
    for (std::size_t i = 0; i < reply_lines_max; ++i) {
        const std::string line = read_line();
        const auto parsed = parse_reply_line(line);
        if (!parsed || (made.code != 0 && made.code != parsed->code))
            fail("the relay says something that is no reply");
        made.code = parsed->code;
        made.lines.emplace_back(parsed->text);
        if (parsed->is_last) return made;
    }
    fail("the reply of the relay has no end");
}

smtp_reply smtp_dialog::command(const std::string& line) {
    if (line.find_first_of("\r\n") != std::string::npos) throw std::logic_error("two commands in one");
    if (!received_.empty()) fail("the relay answers what it was not asked");
    send(line + "\r\n");
    return read_reply();
}

smtp_reply smtp_dialog::send_content(std::string_view content) {
    std::string stuffed;
    stuffed.reserve(content.size() + content.size() / 64);
    bool at_start = true;
    for (const char c : content) {
        if (at_start && c == '.') stuffed += '.';
        stuffed += c;
        at_start = c == '\n';
    }
    if (!at_start) stuffed += "\r\n";
    send(stuffed + ".\r\n");
    return read_reply();
}

void smtp_dialog::say_goodbye() noexcept {
    try {
        pollfd room{socket_.impl()->sockfd(), POLLOUT, 0};
        if (::poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0) socket_.sendBytes("QUIT\r\n", 6);
    } catch (const std::exception&) {
        return; // it is going away anyway
    }
}

} // namespace kidevent::notifications
