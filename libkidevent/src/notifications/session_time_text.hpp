#pragma once
// When a session begins, as people of a country say it.

#include "core/clock.hpp"
#include "events/time_zone.hpp"

#include <string>
#include <string_view>

namespace kidevent::notifications {

// "Wednesday 1 July 2026, 09:00", "Mittwoch, 1. Juli 2026, 09:00 Uhr", "mercredi 1 juillet 2026, 09:00", on
// the clock of the zone. `locale` is one of template_locales().
std::string session_time_text(timestamp when, const events::time_zone& on, std::string_view locale);

} // namespace kidevent::notifications
