#pragma once
// What loading settings throws when the installation's configuration cannot be used. Thrown by
// settings_file, caught in the main functions, which print it and exit with code 78.

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace kidevent::config {

class settings_error : public std::runtime_error {
public:
    // `problems` holds one line for each thing that is wrong, in the order in which they were found.
    explicit settings_error(std::vector<std::string> problems)
        : std::runtime_error(text_of(problems)), problems_(std::move(problems)) {}

    const std::vector<std::string>& problems() const noexcept { return problems_; }

private:
    static std::string text_of(const std::vector<std::string>& problems) {
        std::string text = "the settings cannot be used:";
        for (const auto& problem : problems)
            text += "\n  " + problem;
        return text;
    }

    std::vector<std::string> problems_;
};

} // namespace kidevent::config
