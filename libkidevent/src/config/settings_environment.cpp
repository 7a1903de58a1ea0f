#include "config/settings_environment.hpp"

#include "config/nearest.hpp"
#include "config/settings_yaml.hpp"

#include <array>
#include <fstream>
#include <vector>

namespace kidevent::config {
namespace {

constexpr std::string_view prefix = "KIDEVENT_";
constexpr std::string_view file_suffix = "_FILE";
constexpr std::size_t secret_file_bytes_max = 65536;

bool is_no_setting(std::string_view name) {
    constexpr std::array<std::string_view, 4> others{"KIDEVENT_CONFIG", "KIDEVENT_PORT",
                                                     "KIDEVENT_SOURCE_DIR", "KIDEVENT_BUILD_DIR"};
    for (const auto other : others) {
        if (name == other) return true;
    }
    return name.starts_with("KIDEVENT_TEST_");
}

const setting* find_by_variable(std::string_view name) {
    for (const auto& row : setting_table()) {
        if (environment_name(row.key) == name) return &row;
    }
    return nullptr;
}

const setting* find_secret_by_file_variable(std::string_view name) {
    if (!name.ends_with(file_suffix)) return nullptr;
    const setting* const row = find_by_variable(name.substr(0, name.size() - file_suffix.size()));
    return row != nullptr && row->rule.secret ? row : nullptr;
}

void refuse_unknown(settings_draft& draft, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& row : setting_table()) {
        names.push_back(environment_name(row.key));
        if (row.rule.secret) names.push_back(names.back() + std::string(file_suffix));
    }
    const auto nearest = find_nearest(name, {names.begin(), names.end()});
    std::string problem = "no setting has this environment variable";
    if (nearest) problem += "; did you mean " + std::string(*nearest) + "?";
    draft.refuse(name, problem);
}

bool store(settings_draft& draft, const setting& row, const std::string& name, std::string_view text) {
    const auto place = row.at(draft.loaded.values);
    if (std::holds_alternative<std::vector<pool_settings>*>(place))
        return apply_pools(draft, row, text, name);
    const auto problem = assign_value(place, row.rule, text);
    if (problem) draft.refuse(name, std::string(row.key) + ": " + *problem);
    return !problem;
}

void read_secret_file(settings_draft& draft, const setting& row, const std::string& name,
                      const std::string& path) {
    auto text = read_file(path, secret_file_bytes_max);
    if (!text) {
        draft.refuse(name, std::string(row.key) + ": cannot read the file " + path);
        return;
    }
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    if (store(draft, row, name, *text)) {
        draft.loaded.origins[std::string(row.key)] = path + " (" + name + ")";
    }
}

} // namespace

void apply_environment(settings_draft& draft, const environment& variables) {
    for (const auto& [name, value] : variables) {
        if (!name.starts_with(prefix) || is_no_setting(name)) continue;
        if (const setting* const row = find_by_variable(name)) {
            if (store(draft, *row, name, value)) {
                draft.loaded.origins[std::string(row->key)] = "environment " + name;
            }
        } else if (const setting* const secret = find_secret_by_file_variable(name)) {
            const auto direct = environment_name(secret->key);
            if (variables.contains(direct)) {
                draft.refuse(name,
                             std::string(secret->key) + ": " + direct + " is set too; keep one of them");
            } else {
                read_secret_file(draft, *secret, name, value);
            }
        } else {
            refuse_unknown(draft, name);
        }
    }
}

std::optional<std::string> read_file(const std::string& path, std::size_t bytes_max) {
    std::ifstream file(path, std::ios::binary);
    std::string text(bytes_max + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || !file.eof()) return std::nullopt; // unreadable, or more than fits
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

} // namespace kidevent::config
