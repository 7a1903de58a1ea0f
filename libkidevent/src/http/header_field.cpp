#include "http/header_field.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace kidevent::http {

namespace {

constexpr std::array<std::string_view, 7> single_names{
    "Host",   "Authorization",  "Idempotency-Key",    "If-Match",
    "Origin", "Sec-Fetch-Site", "Proxy-Authorization"};

bool is_single(std::string_view name) noexcept {
    if (equal_ignoring_case(name.substr(0, 8), "Content-") || equal_ignoring_case(name.substr(0, 2), "X-"))
        return true;
    return std::any_of(single_names.begin(), single_names.end(),
                       [&](std::string_view single) { return equal_ignoring_case(single, name); });
}

refusal repeated(std::string_view name) {
    return refuse(errc::malformed_request, std::string{name}, "duplicate", "the header may occur only once");
}

} // namespace

result<std::optional<std::string_view>> find_single_header(const request& incoming, std::string_view name) {
    std::optional<std::string_view> found;
    for (const header& candidate : incoming.headers) {
        if (!equal_ignoring_case(candidate.name, name)) continue;
        if (found) return repeated(name);
        found = trimmed(candidate.value);
    }
    return found;
}

result<> check_single_headers(const request& incoming) {
    for (std::size_t i = 1; i < incoming.headers.size(); ++i) {
        const std::string& name = incoming.headers[i].name;
        if (!is_single(name)) continue;
        for (std::size_t earlier = 0; earlier < i; ++earlier)
            if (equal_ignoring_case(incoming.headers[earlier].name, name)) return repeated(name);
    }
    return {};
}

} // namespace kidevent::http
