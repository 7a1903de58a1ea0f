#pragma once
// The big list of naughty strings, which is a package of npm. For tests only.

#include "support/postgres_cluster.hpp"
#include "support/process.hpp"

#include <boost/json/parse.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace kidevent::tests {

// Installs the package when it is not there yet.
inline const std::vector<std::string>& naughty_strings() {
    static const std::vector<std::string> all = [] {
        const auto directory = source_directory() / "tests/attacks";
        const auto file = directory / "node_modules/big-list-of-naughty-strings/blns.json";
        if (!std::filesystem::exists(file))
            run_program({.arguments = {"npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"},
                         .directory = directory.string()},
                        std::chrono::seconds{120});
        std::ifstream in(file, std::ios::binary);
        const auto list = boost::json::parse(std::string{std::istreambuf_iterator<char>(in), {}});
        std::vector<std::string> read;
        for (const auto& each : list.as_array())
            read.emplace_back(std::string_view{each.as_string()});
        // What the list leaves out and databases are asked with.
        for (const char* more :
             {"' or 1=1 --", "'; drop table events; --", "$1", "$$; select 1; $$", "%27%20or",
              "\\'; select pg_sleep(1) --", "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd",
              "C:\\boot.ini", "|cat /etc/passwd", "{{7*7}}", "${jndi:ldap://x/a}"})
            read.emplace_back(more);
        return read;
    }();
    return all;
}

} // namespace kidevent::tests
