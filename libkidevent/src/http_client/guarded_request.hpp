#pragma once
// One request to an address that somebody else chose. It is resolved once and checked, that very address is
// connected to, no redirect is followed, and everything together ends at the deadline, however slowly the
// other side answers. Blocks: for a thread that may wait, never for the event loop's.

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kidevent::http_client {

class name_resolver;

struct guarded_request {
    std::string url; // https, or http where `allow_inner` permits it
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds timeout; // for everything, resolving the name among it
    bool allow_inner = false; // also plain http and addresses of our own network: for tests and development
    std::string ca_file;      // certificates to trust, PEM; "": the system's
    std::size_t body_bytes_max = 0; // of the answer's body that are read; the rest is not waited for
    std::string method = "POST";    // or GET, which has no body
    name_resolver* names = nullptr; // none: the system's
};

struct request_outcome {
    int status = 0;    // 0: there was no answer
    std::string error; // why; "" when there was one
    std::optional<std::string> retry_after;
    std::string body; // its start, at most body_bytes_max; "" when it did not come whole before the deadline
};

// Why the url cannot be asked, whatever its name resolves to; "" when it can.
std::string url_fault(const std::string& url, bool allow_inner);

// Never throws but std::bad_alloc.
request_outcome send(const guarded_request& what);

} // namespace kidevent::http_client
