#pragma once
// The one list of all settings: key, place in kidevent::settings, range, meaning. Reading, printing
// and documenting settings all walk this table, so a setting exists once it has a row here.

#include "config/setting_value.hpp"

#include <kidevent/settings.hpp>

#include <span>
#include <string>
#include <string_view>

namespace kidevent::config {

// What the process is going to do with the settings; decides which secrets must be there.
enum class needs {
    nothing,   // look at them
    serving,   // answer requests, run commands on tenants
    migrating, // change the schema
};

struct setting {
    std::string_view key; // "section.name", as in the file
    value_pointer (*at)(settings&);
    value_rule rule;
    std::string_view meaning; // one line, without a final full stop
    needs required_for = needs::nothing;
};

// A key of one item of the list fastcgi.pools.
struct pool_setting {
    std::string_view key;
    value_pointer (*at)(pool_settings&);
    value_rule rule;
    std::string_view meaning;
};

std::span<const setting> setting_table();
std::span<const pool_setting> pool_setting_table();

// The row of the key, or nullptr.
const setting* find_setting(std::string_view key);

// "db.app_password" -> "KIDEVENT_DB__APP_PASSWORD".
std::string environment_name(std::string_view key);

// "db.app_password" -> "db".
std::string_view section_of(std::string_view key);

} // namespace kidevent::config
