#pragma once
// The pages behind links in messages: small, without script, in the language of the person. There is no web
// application yet that could have them.

#include "identity/link_service.hpp"

#include <kidevent/response.hpp>

#include <string_view>

namespace kidevent::identity {

// The form that follows the link when it is sent: looking at the page changes nothing. With `why`, what was
// sent before and refused, and the status that goes with it.
response link_form(const tenancy::tenant& at, const opened_link& opened, std::string_view token,
                   const refusal* why = nullptr);
// It was followed to the end.
response link_done_page(const tenancy::tenant& at, const opened_link& opened);
// It cannot be followed, now or ever.
response link_refused_page(const tenancy::tenant& at, const refusal& why);

} // namespace kidevent::identity
