#pragma once
// One call of the command line: what was given before and after the command's own options, and the
// command that parsing has chosen. Filled by run_command_line, read by the commands.

#include "exit_code.hpp"

#include "config/settings_file.hpp"

#include <functional>
#include <optional>
#include <string>

namespace kidevent::cli {

struct invocation {
    std::string config_path; // --config; "" when it was not given
    bool json = false;       // --json

    // Set by the chosen command while parsing; run once parsing has succeeded.
    std::function<exit_code()> run;

    // --config, else KIDEVENT_CONFIG, else /etc/kidevent/kidevent.yaml; std::nullopt when only that last
    // one is left and it does not exist, so that an installation can live from its environment alone.
    std::optional<std::string> settings_path() const;

    // Reads the settings for this call. Throws config::settings_error.
    config::loaded_settings load_settings(config::needs what) const;
};

} // namespace kidevent::cli
