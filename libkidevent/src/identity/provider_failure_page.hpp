#pragma once
// What a person reads when the way to an identity provider or back from it fails: there a browser shows what
// comes, and a problem in JSON tells nobody what to do next.

#include <kidevent/request.hpp>
#include <kidevent/response.hpp>

#include <string_view>

namespace kidevent::tenancy {
struct tenant;
} // namespace kidevent::tenancy

namespace kidevent::identity {

// Whether browsers are sent to the path, rather than scripts asking for it.
bool is_provider_step(std::string_view path) noexcept;

// Makes a page of a problem, of the same status, when the client would rather have one. `at` is null when no
// organisation is known. Nothing of the request is on it.
void show_failure(response& made, const request& incoming, const tenancy::tenant* at);

} // namespace kidevent::identity
