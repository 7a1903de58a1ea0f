#pragma once
// The files of the checkout as text, for tests that hold them to the project's conventions. Used by the
// tests of this folder only.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::conventions {

struct source_file {
    std::string path; // relative to the root of the checkout, with '/'
    std::string text;

    bool ends_with(std::initializer_list<std::string_view> suffixes) const {
        return std::any_of(suffixes.begin(), suffixes.end(),
                           [&](std::string_view suffix) { return path.ends_with(suffix); });
    }
    bool is_cpp() const { return ends_with({".cpp", ".hpp", ".cc"}); }
    bool is_under(std::string_view folder) const { return path.starts_with(folder); }
    // The name without its folder.
    std::string name() const { return path.substr(path.rfind('/') + 1); }
};

inline std::filesystem::path source_root() {
    const char* root = std::getenv("KIDEVENT_SOURCE_DIR");
    if (root == nullptr)
        throw std::runtime_error("KIDEVENT_SOURCE_DIR is not set; run ./dev test conventions");
    return root;
}

inline std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

// Everything but what is built, downloaded or belongs to git.
inline std::vector<source_file> list_source_files() {
    namespace fs = std::filesystem;
    static const std::set<std::string> foreign{".git", ".dev", "build", "node_modules", "dist", ".cache"};
    static const std::set<std::string> binary{".png", ".ico", ".woff2", ".gz", ".bin", ".webp", ".jpg"};
    const auto root = source_root();
    std::vector<source_file> found;
    for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
        const auto name = it->path().filename().string();
        if (it->is_directory() && (foreign.contains(name) || name == "corpus"))
            it.disable_recursion_pending();
        if (it->is_symlink() || !it->is_regular_file() || binary.contains(it->path().extension().string()))
            continue;
        found.push_back({fs::relative(it->path(), root).generic_string(), read_text(it->path())});
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return found;
}

inline std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// What a check found, as "path:line: what is wrong".
using findings = std::vector<std::string>;

inline std::string finding(const source_file& file, std::size_t line, const std::string& what) {
    return file.path + ":" + std::to_string(line) + ": " + what;
}

// Runs a check of one file over the whole checkout.
template<typename Check> findings check_all(Check check) {
    findings all;
    for (const auto& file : list_source_files()) {
        auto found = check(file);
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

// One finding per line, to be shown when a list of findings is not empty.
inline std::string joined(const findings& found) {
    std::string text;
    for (const auto& one : found)
        text += "\n  " + one;
    return text;
}

} // namespace kidevent::conventions
