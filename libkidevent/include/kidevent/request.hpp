#pragma once
// One HTTP request as a transport hands it to kidevent::platform. A plain value: no socket, no
// FastCGI. Transports (fcgi-host, an embedding host, tests) fill it; the library only reads it.

#include <string>
#include <string_view>
#include <vector>

namespace kidevent {

struct header {
    std::string name; // as received or to be sent; compared without regard to ASCII case
    std::string value;
};

struct request {
    std::string method;          // upper case, e.g. "GET"
    std::string target;          // origin form as the client sent it: path and query, not decoded
    std::string host;            // the Host header, possibly with a port; "" when there was none
    std::string remote_address;  // textual IP of the client as seen by the trusted front
    std::vector<header> headers; // repeated headers stay repeated
    std::string body;            // complete: a transport never hands over a short body

    // The first value of the header, or "" when it is absent.
    std::string_view header_value(std::string_view name) const noexcept;
    // How many times the header occurs.
    std::size_t header_count(std::string_view name) const noexcept;
};

} // namespace kidevent
