#pragma once
// Settings for people to read: the reference document and the values of one installation. Called by
// the command line; docs/settings.md is what settings_reference() returns.

#include "config/settings_file.hpp"

#include <string>
#include <vector>

namespace kidevent::config {

struct printed_setting {
    std::string key;
    std::string value; // "***" for a secret that is set
    std::string origin;
    bool secret = false;
};

// Every setting in the order of the table.
std::vector<printed_setting> list_settings(const loaded_settings& loaded);

// The reference as Markdown.
std::string settings_reference();

} // namespace kidevent::config
