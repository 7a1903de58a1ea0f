#pragma once
// A fault of ours as a Sentry envelope (https://develop.sentry.dev/sdk/envelopes/). What goes in is a list of
// fields that were chosen one by one, not a request from which things are removed: no path, no query, no
// header, no body, no address, nobody's name. Pure.

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "http_client/http_post.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kidevent::telemetry {

// Where reports go: "https://PUBLIC_KEY@HOST/PROJECT".
struct sentry_target {
    std::string url; // of envelopes
    std::string public_key;
};
// std::nullopt when the text is no DSN.
std::optional<sentry_target> parse_sentry_dsn(std::string_view dsn);

struct error_report {
    uuid id;
    timestamp when;
    std::string type; // "db_error 42P01", or the name of a C++ type
    std::string_view method;
    std::string_view route;     // the template, not the path
    std::string_view operation; // operationId
    std::string tenant;         // slug
    std::string request_id;
    std::string trace_id; // hexadecimal
    std::string span_id;
    std::string environment;
};

http_client::outgoing_post sentry_envelope(const error_report& of, const sentry_target& to);

// The name of an exception's type, and the SQLSTATE where there is one. Its message stays here: it may hold
// what somebody typed.
std::string error_type_of(const std::exception& failed, std::string_view sqlstate = {});

} // namespace kidevent::telemetry
