#pragma once
// The YAML side of reading settings, and the only user of yaml-cpp in the library. Private to config/.

#include "config/settings_draft.hpp"

#include <string_view>

namespace kidevent::config {

// Overlays the values of a settings file. `name` is printed before the line number in problems.
void apply_yaml(settings_draft& draft, std::string_view yaml, std::string_view name);

// Overlays one list of pools written as YAML, e.g. "[{name: web, processes: 4}]"; returns whether it fits.
bool apply_pools(settings_draft& draft, const setting& row, std::string_view yaml, std::string_view name);

} // namespace kidevent::config
