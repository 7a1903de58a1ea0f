#pragma once
// One HTTP POST to a receiver of telemetry, on the calling thread, which waits for the answer: never call it
// on the event loop. The address comes from the settings, not from users, so it is not guarded against
// reaching inside the network.

#include <kidevent/request.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace kidevent::http_client {

struct outgoing_post {
    std::string url; // http or https
    std::vector<header> headers;
    std::string body;
    std::chrono::milliseconds deadline{5000}; // of connecting, and of each wait for the peer
};

// The status of the answer; 0 when there was none (no connection, no valid certificate, too late). The body
// of the answer is not read; redirections are not followed.
int post(const outgoing_post& sent) noexcept;

} // namespace kidevent::http_client
