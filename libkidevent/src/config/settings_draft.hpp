#pragma once
// Settings while they are being read: the values so far and everything found wrong so far. Private
// to config/; settings_file starts a draft, settings_yaml and settings_environment fill it.

#include "config/settings_file.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kidevent::config {

struct settings_draft {
    loaded_settings loaded;
    std::vector<std::string> problems;

    void refuse(std::string_view where, std::string_view problem) {
        problems.push_back(std::string(where) + ": " + std::string(problem));
    }
};

} // namespace kidevent::config
