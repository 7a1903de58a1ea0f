#pragma once
// Identity providers of processes of their own (tests/oidc/*.mjs), and a browser that goes to the honest one.
// For tests only.

#include "support/http_client.hpp"
#include "support/process.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>

namespace kidevent::tests {

class identity_provider {
public:
    // `script` is a file of tests/oidc, `options` what it takes. Throws std::runtime_error when it does not
    // start.
    explicit identity_provider(const std::string& script, const boost::json::object& options = {});

    std::uint16_t port() const noexcept { return port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    std::string issuer() const { return "http://" + address(); }
    // POST of JSON to one of its /test/ paths. Throws std::runtime_error unless that is accepted.
    void tell(const std::string& path, const boost::json::value& what);
    // GET of JSON.
    boost::json::value ask(const std::string& path);
    std::string errors() const { return program_->errors(); }

private:
    std::optional<process> program_;
    std::uint16_t port_ = 0;
};

// One of each kind for the whole executable: starting one takes a second. Whoever changes it by tell() says
// so again before it is relied on.
identity_provider& shared_identity_provider(const std::string& script,
                                            const boost::json::object& options = {});

// Follows redirects at a provider on 127.0.0.1 and keeps its cookies.
class provider_browser {
public:
    // Goes to the authorization endpoint, says at the provider who it is (a query: "as=SUBJECT" or "cancel"),
    // and gives the URL that the provider sends it back to. Throws std::runtime_error with what the provider
    // said when it sends it nowhere.
    std::string visit(const std::string& authorization_url, const std::string& who);

private:
    http_answer get(http_client& over, const std::string& host, const std::string& target);

    std::map<std::string, std::string> cookies_;
};

// The value of a parameter of a URL's query, decoded; "" when it is absent.
std::string query_value(const std::string& url, const std::string& name);
// Path and query of a URL.
std::string target_of(const std::string& url);

} // namespace kidevent::tests
