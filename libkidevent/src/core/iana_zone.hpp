#pragma once
// The one look into the IANA time zone database.

#include <string_view>

namespace date {
class time_zone;
}

namespace kidevent {

// The zone with exactly this name, e.g. "Europe/Vienna"; nullptr when there is none. It lives as long as the
// process.
const date::time_zone* find_iana_zone(std::string_view name);

} // namespace kidevent
