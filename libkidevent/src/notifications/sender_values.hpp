#pragma once
// What every message says about the organisation that sends it.

#include "notifications/notification.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace kidevent::notifications {

// Values for a template: organisation, home_url, reply_to, language, and its branding's colour and logo_url.
// `locale` is one of template_locales().
boost::json::object sender_values(const sender_profile& of, std::string_view locale);

} // namespace kidevent::notifications
