#pragma once
// A mail server of its own process (tests/receiver/mail_server.mjs), and a certificate for it. For tests
// only.

#include "support/process.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <vector>

namespace kidevent::tests {

// Key and certificate, as files in the directory; the certificate signs itself. `names` is the value of
// subjectAltName, as in "DNS:localhost".
struct made_certificate {
    made_certificate(const temporary_directory& directory, const std::string& names);
    std::string key;
    std::string certificate;
};

class mail_server {
public:
    // `options` as in mail_server.mjs. Throws std::runtime_error when it does not start.
    explicit mail_server(const boost::json::object& options = {});

    int port() const noexcept { return port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    // What it has taken, in order; the members are those that mail_server.mjs writes.
    std::vector<boost::json::object> mails() const;
    void stop();

private:
    temporary_directory directory_;
    std::optional<process> program_;
    int port_ = 0;
};

} // namespace kidevent::tests
