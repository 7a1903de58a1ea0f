#pragma once
// Pages of other sites that an organisation lets use its API (the fetch standard's CORS protocol). Which they
// are is the owner's choice, written to the last character; see docs/security.md for what cookies have to do
// with it.

#include "core/result.hpp"

#include <kidevent/request.hpp>
#include <kidevent/response.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::http {

struct cors_origin {
    std::string origin; // as browsers write it: "https://www.example.org"
    bool allows_cookies = false;
};

// Whether browsers write an origin like this: scheme, host in lower case, and a port unless it is the
// scheme's own. https only, or http for the own machine.
bool is_origin(std::string_view text) noexcept;
// "https://a.example +https://b.example": the form in which the router's lookup gives them; a plus allows
// cookies.
std::vector<cors_origin> parse_cors_origins(std::string_view text);

// The one that the request came from; nullptr when it has no Origin, several, or another one.
const cors_origin* find_cors_origin(const request& incoming, const std::vector<cors_origin>& allowed);

bool is_preflight(const request& incoming);
// To a preflight of an allowed origin. `methods` is what the path answers to, as in Allow.
response preflight_answer(std::string_view methods, std::chrono::seconds max_age);
// What every answer to an allowed origin says, a refusal too, so that the page may read it.
void append_cors_headers(std::vector<header>& to, const cors_origin& from);
// Gives the answer the headers that were gathered on the request's way. A page that may not use cookies is
// given none.
void append_door_headers(response& to, std::vector<header> gathered);

} // namespace kidevent::http
