#pragma once
// C++ source with its comments and literals blanked, and the functions in it. Used by the tests of this
// folder only.

#include <boost/regex.hpp>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::conventions {

// Replaces comments and the insides of literals by blanks; lines stay where they are.
class literal_eraser {
public:
    explicit literal_eraser(std::string text) : text_(std::move(text)) {}

    std::string run() {
        while (at_ < text_.size())
            step();
        return std::move(text_);
    }

private:
    bool starts(std::string_view with) const { return text_.compare(at_, with.size(), with) == 0; }

    void blank_until(std::size_t end) {
        for (; at_ < end && at_ < text_.size(); ++at_)
            if (text_[at_] != '\n') text_[at_] = ' ';
    }

    void step() {
        if (starts("//")) return blank_until(std::min(text_.find('\n', at_), text_.size()));
        if (starts("/*")) return blank_until(text_.find("*/", at_ + 2) + 2);
        if (starts("R\"")) return blank_raw_string();
        if (text_[at_] == '"') return blank_quoted('"');
        const bool is_separator = at_ > 0 && std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0;
        if (text_[at_] == '\'' && !is_separator) return blank_quoted('\'');
        ++at_;
    }

    void blank_raw_string() {
        const auto open = text_.find('(', at_);
        const auto close = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
        blank_until(text_.find(close, open) + close.size());
    }

    void blank_quoted(char quote) {
        auto end = at_ + 1;
        while (end < text_.size() && text_[end] != quote)
            end += text_[end] == '\\' ? 2U : 1U;
        blank_until(end + 1);
    }

    std::string text_;
    std::size_t at_ = 0;
};

struct function_span {
    std::size_t first_line = 0; // of the body's opening brace; lines count from 1
    std::size_t lines = 0;      // from the opening brace's line to the closing one's
};

// Whether a brace after this text opens a function or a lambda rather than a type, a namespace, a
// control statement or an initialiser.
inline bool opens_function(const std::string& head) {
    static const boost::regex other(R"(^\s*(else|do|try)?\s*(if|for|while|switch|catch|namespace)\b)");
    static const boost::regex signature(
        R"(\)\s*(const|noexcept(\([^)]*\))?|override|final|mutable|&|\s|->[\w\s:<>,&*]+)*$)");
    return !boost::regex_search(head, other) && boost::regex_search(head, signature);
}

// Finds the bodies of functions and lambdas by their braces.
inline std::vector<function_span> list_functions(const std::string& source) {
    struct open_brace {
        std::size_t line = 0;
        bool is_function = false;
    };
    const auto text = literal_eraser(source).run();
    std::vector<function_span> found;
    std::vector<open_brace> open;
    std::string head;
    std::size_t line = 1;
    int parentheses = 0;
    for (const char c : text) {
        if (c == '\n') ++line;
        parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == '{') {
            open.push_back({line, opens_function(head)});
        } else if (c == '}' && !open.empty()) {
            if (open.back().is_function) found.push_back({open.back().line, line - open.back().line + 1});
            open.pop_back();
        }
        if (c == '{' || c == '}' || (c == ';' && parentheses <= 0)) {
            head.clear();
            parentheses = 0;
        } else {
            head += c;
        }
    }
    return found;
}

} // namespace kidevent::conventions
