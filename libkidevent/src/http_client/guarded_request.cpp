#include "http_client/guarded_request.hpp"

#include "http_client/address_guard.hpp"
#include "http_client/answer_body.hpp"
#include "http_client/cut_off.hpp"
#include "http_client/name_resolver.hpp"
#include "http_client/tls_context.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/URI.h>

#include <array>
#include <sstream>

namespace kidevent::http_client {

namespace {

using Poco::Net::SecureStreamSocket;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;
using std::chrono::steady_clock;

// Status line and headers.
constexpr std::size_t answer_bytes_max = 16384;

class refused : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

void send_all(StreamSocket& to, const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const int done = to.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent));
        if (done <= 0) throw refused("the connection broke");
        sent += static_cast<std::size_t>(done);
    }
}

// False at the end of what comes.
bool receive_more(StreamSocket& from, std::string& to) {
    std::array<char, 4096> piece;
    const int got = from.receiveBytes(piece.data(), static_cast<int>(piece.size()));
    if (got > 0) to.append(piece.data(), static_cast<std::size_t>(got));
    return got > 0;
}

struct received_answer {
    std::string head;
    std::string rest; // what came with it
};

received_answer receive_head(StreamSocket& from) {
    std::string text;
    for (;;) {
        for (const std::string_view end : {"\r\n\r\n", "\n\n"})
            if (const auto at = text.find(end); at != std::string::npos)
                return {text.substr(0, at + end.size()), text.substr(at + end.size())};
        if (text.size() >= answer_bytes_max) throw refused("the answer's headers are too long");
        if (!receive_more(from, text)) throw refused("the connection ended before an answer");
    }
}

// As much as there is and is wanted. That the rest does not come changes nothing about the status.
std::string receive_body(StreamSocket& from, const answer_framing& framed, std::string got,
                         std::size_t bytes_max) {
    try {
        while (!is_complete(framed, got) && got.size() < bytes_max && receive_more(from, got)) {
        }
    } catch (const Poco::Exception&) {
        got.clear();
    }
    return unframed(framed, got).substr(0, bytes_max);
}

// One address, chosen once: nothing is asked again between the check and the connection.
Poco::Net::IPAddress resolve(const std::string& host, const guarded_request& what,
                             steady_clock::time_point until) {
    Poco::Net::IPAddress literal;
    if (Poco::Net::IPAddress::tryParse(host, literal)) {
        if (!what.allow_inner && !is_public_address(literal.toString()))
            throw refused("the address is not public");
        return literal;
    }
    name_resolver& names = what.names ? *what.names : name_resolver::of_system();
    const auto found = names.resolve(host, until);
    for (const std::string& each : found)
        if (!what.allow_inner && !is_public_address(each))
            throw refused("the name has an address that is not public");
    return Poco::Net::IPAddress{found.front()};
}

Poco::Net::Context::Ptr make_context(const std::string& ca_file) {
    auto made = make_tls_context(ca_file);
    made->enableExtendedCertificateVerification(true);
    return made;
}

std::string request_text(const Poco::URI& to, const guarded_request& what) {
    const std::string path = to.getPathAndQuery();
    std::string text = what.method + " " + (path.empty() ? "/" : path)
                       + " HTTP/1.1\r\nHost: " + to.getAuthority() + "\r\nConnection: close\r\n";
    if (what.method != "GET") text += "Content-Length: " + std::to_string(what.body.size()) + "\r\n";
    for (const auto& [name, value] : what.headers)
        text += name + ": " + value + "\r\n";
    return text + "\r\n" + what.body;
}

request_outcome receive_answer(StreamSocket& over, std::size_t body_bytes_max) {
    auto received = receive_head(over);
    std::istringstream from{received.head};
    Poco::Net::HTTPResponse answer;
    answer.read(from);
    request_outcome outcome;
    outcome.status = answer.getStatus();
    if (answer.has("Retry-After")) outcome.retry_after = answer.get("Retry-After");
    if (body_bytes_max == 0) return outcome;
    answer_framing framed;
    framed.is_chunked = answer.getChunkedTransferEncoding();
    if (answer.hasContentLength()) framed.length = static_cast<std::size_t>(answer.getContentLength64());
    outcome.body = receive_body(over, framed, std::move(received.rest), body_bytes_max);
    return outcome;
}

StreamSocket connect(const SocketAddress& address, const Poco::URI& to, const guarded_request& what,
                     steady_clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(until - steady_clock::now());
    if (left.count() <= 0) throw refused("no answer in time");
    const Poco::Timespan limit{left.count()};
    if (to.getScheme() == "https") {
        SecureStreamSocket secure{make_context(what.ca_file)};
        secure.setLazyHandshake(true);
        secure.setPeerHostName(to.getHost());
        secure.connect(address, limit);
        return secure;
    }
    StreamSocket plain;
    plain.connect(address, limit);
    return plain;
}

void shake_hands(const StreamSocket& over, const std::string& host) {
    SecureStreamSocket secure{over};
    if (secure.completeHandshake() <= 0) throw refused("TLS failed");
    secure.verifyPeerCertificate(host);
}

request_outcome send_or_throw(const guarded_request& what) {
    if (const auto fault = url_fault(what.url, what.allow_inner); !fault.empty()) throw refused(fault);
    const Poco::URI to{what.url};
    const auto until = steady_clock::now() + what.timeout;
    const SocketAddress address{resolve(to.getHost(), what, until), to.getPort()};
    StreamSocket connection = connect(address, to, what, until);
    cut_off deadline{connection.impl()->sockfd(), until};
    try {
        if (connection.secure()) shake_hands(connection, to.getHost());
        send_all(connection, request_text(to, what));
        return receive_answer(connection, what.body_bytes_max);
    } catch (const std::exception&) {
        if (deadline.has_happened()) throw refused("no answer in time");
        throw;
    }
}

} // namespace

std::string url_fault(const std::string& url, bool allow_inner) {
    try {
        const Poco::URI parsed{url};
        const bool is_secure = parsed.getScheme() == "https";
        if (!is_secure && !(allow_inner && parsed.getScheme() == "http")) return "must begin with https://";
        if (parsed.getHost().empty()) return "must name a host";
        if (!parsed.getUserInfo().empty()) return "must not hold a user name";
        if (!parsed.getFragment().empty()) return "must not hold a fragment";
        for (const char c : url)
            if (c <= ' ' || c >= 0x7f) return "must be ASCII without blanks";
        Poco::Net::IPAddress literal;
        if (!allow_inner && Poco::Net::IPAddress::tryParse(parsed.getHost(), literal)
            && !is_public_address(literal.toString()))
            return "must not be an address of a private network";
    } catch (const Poco::Exception&) {
        return "must be a URL";
    }
    return "";
}

request_outcome send(const guarded_request& what) {
    try {
        return send_or_throw(what);
    } catch (const refused& why) {
        return {0, why.what(), {}, {}};
    } catch (const Poco::TimeoutException&) {
        return {0, "no answer in time", {}, {}};
    } catch (const Poco::Net::SSLException& why) {
        return {0, "TLS: " + why.message(), {}, {}};
    } catch (const Poco::Exception& why) {
        return {0, why.displayText(), {}, {}};
    } catch (const std::exception& why) {
        return {0, why.what(), {}, {}};
    }
}

} // namespace kidevent::http_client
