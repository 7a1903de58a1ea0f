#pragma once
// The environment side of reading settings: KIDEVENT_SECTION__KEY, and KIDEVENT_SECTION__KEY_FILE for
// secrets. Private to config/.

#include "config/settings_draft.hpp"

#include <optional>
#include <string>

namespace kidevent::config {

// Overlays the values of the variables. An unknown KIDEVENT_* variable is a problem, except those that
// are no settings (KIDEVENT_CONFIG, KIDEVENT_PORT, KIDEVENT_SOURCE_DIR, KIDEVENT_BUILD_DIR, KIDEVENT_TEST_*).
void apply_environment(settings_draft& draft, const environment& variables);

// Everything in the file, at most `bytes_max`; std::nullopt when it cannot be read or is larger.
std::optional<std::string> read_file(const std::string& path, std::size_t bytes_max);

} // namespace kidevent::config
