#pragma once
// Refusals and failures as application/problem+json (RFC 9457). The platform turns every refusal into an
// answer here; the printed API description takes its list of errors from the same table.

#include "core/result.hpp"

#include <kidevent/response.hpp>

#include <string_view>
#include <vector>

namespace kidevent::http {

struct problem_entry {
    errc reason;
    int status;            // RFC 9110
    std::string_view code; // stable, for programs; its type is the URI /problems/<code>
    std::string_view title;
    std::string_view detail; // for people
};

const problem_entry& problem_of(errc reason) noexcept;
// Every errc, in the order of its declaration.
const std::vector<problem_entry>& list_problems();

// `instance_path` is the path that was asked for (a query is cut off, it may hold secrets). The answer to
// not_found is the same for what does not exist and for what belongs to somebody else: its fields are left
// out.
response problem_response(const refusal& why, std::string_view request_id, std::string_view instance_path);

// `allow` is the value of the Allow header, as the router gives it.
response method_not_allowed_response(std::string_view allow, std::string_view request_id,
                                     std::string_view instance_path);

// 429, with the names of the limits that were reached as draft-ietf-httpapi-ratelimit-headers has them:
// "address", "account", "tenant".
response quota_response(int retry_after_seconds, std::vector<std::string_view> violated,
                        std::string_view request_id, std::string_view instance_path);

// 503: the database or another part that is needed does not answer; retry_after_seconds of 0 says nothing.
response unavailable_response(std::string_view request_id, int retry_after_seconds);
// 500: our own fault; the log has the reason under the request id.
response internal_error_response(std::string_view request_id);
// 504: the deadline of the request passed.
response timeout_response(std::string_view request_id);

} // namespace kidevent::http
