#include "core/iana_zone.hpp"

#include <date/tz.h>

#include <stdexcept>
#include <string>

namespace kidevent {

const date::time_zone* find_iana_zone(std::string_view name) {
    if (name.empty() || name.size() > 64) return nullptr;
    try {
        return date::locate_zone(std::string{name});
    } catch (const std::runtime_error&) { // the only answer that the library has for an unknown name
        return nullptr;
    }
}

} // namespace kidevent
