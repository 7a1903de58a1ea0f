#include "stray_word.hpp"

#include "config/nearest.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>

namespace kidevent::cli {
namespace {

// Options of outer commands are accepted after inner ones too.
const CLI::Option* find_option(const CLI::App* command, const std::string& name) {
    for (; command != nullptr; command = command->get_parent()) {
        if (const auto* const option = command->get_option_no_throw(name)) return option;
    }
    return nullptr;
}

std::vector<std::string> option_names(const CLI::App* command) {
    std::vector<std::string> names;
    for (; command != nullptr; command = command->get_parent()) {
        for (const auto* const option : command->get_options()) {
            for (const auto& name : option->get_lnames())
                names.push_back("--" + name);
        }
    }
    return names;
}

std::vector<const CLI::App*> commands_of(const CLI::App& command) {
    return command.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> names_of(const std::vector<const CLI::App*>& commands) {
    std::vector<std::string> names;
    for (const auto* const command : commands)
        names.push_back(command->get_name());
    return names;
}

std::optional<std::string> nearest_of(const std::string& word, const std::vector<std::string>& known) {
    const auto found = config::find_nearest(word, {known.begin(), known.end()});
    if (!found) return std::nullopt;
    return std::string(*found);
}

std::string full_name(const CLI::App& command) {
    const auto* const parent = command.get_parent();
    return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

} // namespace

std::optional<stray_word> find_stray_word(const CLI::App& app, const std::vector<std::string>& words) {
    const CLI::App* command = &app;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string& word = words[at];
        if (word.size() > 1 && word.starts_with('-') && word != "--") {
            const std::string name = word.substr(0, word.find('='));
            const auto* const option = find_option(command, name);
            if (option == nullptr) {
                return stray_word{name, true, full_name(*command), nearest_of(name, option_names(command))};
            }
            const bool takes_next = option->get_items_expected_max() > 0 && name.size() == word.size();
            if (takes_next) ++at;
            continue;
        }
        const auto inner = commands_of(*command);
        if (word == "--") return std::nullopt; // arguments only from here on
        if (inner.empty()) continue;           // an argument of the command
        const auto next = std::find_if(inner.begin(), inner.end(), [&](const CLI::App* candidate) {
            return candidate->check_name(word);
        });
        if (next == inner.end()) {
            return stray_word{word, false, full_name(*command), nearest_of(word, names_of(inner))};
        }
        command = *next;
    }
    return std::nullopt;
}

} // namespace kidevent::cli
