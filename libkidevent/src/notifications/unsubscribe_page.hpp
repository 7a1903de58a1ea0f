#pragma once
// The two pages behind a link of unsubscribe.hpp, in the language of the organisation.

#include "tenancy/tenant.hpp"

#include <kidevent/response.hpp>

#include <string_view>

namespace kidevent::notifications {

// With one button, which posts the form of RFC 8058. `token` has been checked.
response unsubscribe_page(const tenancy::tenant& at, std::string_view token);
response unsubscribed_page(const tenancy::tenant& at);

} // namespace kidevent::notifications
