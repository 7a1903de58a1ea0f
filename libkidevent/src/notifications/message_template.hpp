#pragma once
// The texts of our messages, filled in. They lie in libkidevent/templates/LOCALE/NAME.PART.mustache and are
// part of the executable; nothing is read from disk.

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>

namespace kidevent::notifications {

struct rendered_message {
    std::string subject; // one line
    std::string text;    // lines end with \n
    std::string html;    // "": the template has none, as those of SMS
};

// `name` is one of template_names(): registration_confirmed, registration_cancelled, event_cancelled,
// session_changed, session_reminder, daily_digest and all account_.. are e-mails; session_reminder_short and
// event_cancelled_short are for SMS (their text) and for pushes (subject and text), and have no HTML.
// docs/notifications.md lists the values. The locale (BCP 47) falls back: de-AT -> de -> en. The values are
// strings, numbers, booleans, arrays and objects; one that is missing or null is empty text, or a section
// that is left out; so is a *_url that is none of http(s), and a `colour` other than #rrggbb. In HTML they
// are escaped, in text and subject they stand as they are. Throws std::logic_error when there is no such
// name.
rendered_message render(std::string_view name, std::string_view locale, const boost::json::object& values);

// The one of template_locales() that `wanted` gets, as render() chooses it.
std::string_view best_locale(std::string_view wanted);

std::span<const std::string_view> template_names();
// "en" first, which has every template.
std::span<const std::string_view> template_locales();

} // namespace kidevent::notifications
