#pragma once
// Reads the settings of an installation: defaults, then the YAML file, then KIDEVENT_SECTION__KEY
// variables. Called once by each main function before anything else is built. Anything unknown or
// wrong refuses the whole, with one settings_error that lists every problem.

#include "config/setting_table.hpp"
#include "config/settings_error.hpp"

#include <kidevent/settings.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent::config {

// Names and values of environment variables; only those starting with KIDEVENT_ matter.
using environment = std::map<std::string, std::string, std::less<>>;

struct loaded_settings {
    settings values;
    // Of every key: "default", "FILE:LINE", "environment NAME" or "FILE (NAME)".
    std::map<std::string, std::string, std::less<>> origins;
};

inline constexpr std::string_view default_settings_path = "/etc/kidevent/kidevent.yaml";

// The KIDEVENT_* variables of this process.
environment process_environment();

// The file of this path (read with the process's environment). Throws settings_error, also when the
// file is missing.
settings load_settings(const std::string& path, needs what = needs::serving);

// YAML that is already in memory; `name` stands for the file in errors. Throws settings_error.
settings load_settings_from_text(std::string_view yaml, std::string name, const environment& variables = {},
                                 needs what = needs::serving);

// As above, and tells where each value came from. Without a path only the environment is read.
loaded_settings load_settings_with_origins(const std::optional<std::string>& path,
                                           const environment& variables, needs what);
loaded_settings load_settings_with_origins_from_text(std::string_view yaml, std::string name,
                                                     const environment& variables, needs what);

} // namespace kidevent::config
