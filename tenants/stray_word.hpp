#pragma once
// Finds the word of a refused command line that no command or option has, and what was probably meant.

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace kidevent::cli {

struct stray_word {
    std::string word;
    bool is_option = false;
    std::string command;                // the command it was given to, e.g. "kidevent config"
    std::optional<std::string> nearest; // the known word that is close to it
};

// `words` are the arguments after the program's name; std::nullopt when every word is known.
std::optional<stray_word> find_stray_word(const CLI::App& app, const std::vector<std::string>& words);

} // namespace kidevent::cli
