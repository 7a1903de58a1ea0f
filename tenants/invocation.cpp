#include "invocation.hpp"

#include "core/core_dumps.hpp"

#include <cstdlib>
#include <filesystem>

namespace kidevent::cli {

std::optional<std::string> invocation::settings_path() const {
    if (!config_path.empty()) return config_path;
    const char* const from_environment = std::getenv("KIDEVENT_CONFIG");
    if (from_environment != nullptr && *from_environment != '\0') return from_environment;
    std::string usual(config::default_settings_path);
    std::error_code unreachable; // a directory without permission: let reading it name the problem
    if (!std::filesystem::exists(usual, unreachable) && !unreachable) return std::nullopt;
    return usual;
}

config::loaded_settings invocation::load_settings(config::needs what) const {
    forbid_core_dumps(); // before any secret is read
    auto loaded = config::load_settings_with_origins(settings_path(), config::process_environment(), what);
    if (loaded.values.fastcgi.core_dumps == "on") allow_core_dumps();
    return loaded;
}

} // namespace kidevent::cli
