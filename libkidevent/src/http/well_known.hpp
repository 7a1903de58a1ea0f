#pragma once
// What programs look for at fixed addresses of every host (RFC 8615): whom to tell of a weakness (RFC 9116),
// where a password is changed (W3C "A Well-Known URL for Changing Passwords"), and that search engines stay
// away.

#include <kidevent/request.hpp>
#include <kidevent/response.hpp>
#include <kidevent/settings.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace kidevent::http {

// std::nullopt: the path is none of these, or security.txt is not wanted. `origin` is the canonical one.
std::optional<response> find_well_known(const request& incoming, std::string_view path,
                                        std::string_view origin, const http_settings& with);

} // namespace kidevent::http
