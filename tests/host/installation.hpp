#pragma once
// What the tests of the command line share: the program, run against a database of its own. For tests only.

#include "support/postgres_cluster.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace kidevent::tests {

struct outcome {
    int code;
    std::string out;
    std::string err;

    boost::json::value json() const { return boost::json::parse(out); }
};

inline std::ostream& operator<<(std::ostream& to, const outcome& of) {
    return to << "exit code " << of.code << "\nstdout: " << of.out << "\nstderr: " << of.err;
}

inline std::filesystem::path program() {
    if (const char* given = std::getenv("KIDEVENT_CLI")) return given;
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "tenants/kidevent";
}

inline std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// The text member of an object.
inline std::string text_in(const boost::json::value& object, std::string_view key) {
    return boost::json::value_to<std::string>(object.at(key));
}

// An installation without organisations, and files to give to commands.
class installation {
public:
    using variables = std::vector<std::pair<std::string, std::string>>;

    explicit installation(const std::string& name = "command_line")
        : db_(postgres_cluster::shared().create_database(name)),
          variables_{{"KIDEVENT_CONFIG", write("kidevent.yaml", "http:\n  base_domain: kids.example\n")},
                     {"KIDEVENT_DB__HOST", db_.host},
                     {"KIDEVENT_DB__NAME", db_.name},
                     {"KIDEVENT_DB__APP_PASSWORD", "trusted-here"},
                     {"KIDEVENT_DB__ROUTER_PASSWORD", "trusted-here"},
                     {"KIDEVENT_DB__PLATFORM_PASSWORD", "trusted-here"},
                     {"KIDEVENT_DB__JOBS_PASSWORD", "trusted-here"},
                     {"KIDEVENT_HTTP__SIGNING_KEY", std::string(32, 'k')}} {
        // LeakSanitizer looks into the process from outside, which needs to be allowed or root.
        if (::geteuid() != 0) variables_.emplace_back("KIDEVENT_FASTCGI__CORE_DUMPS", "on");
    }

    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(directory_ / name, std::ios::binary) << text;
        return (directory_ / name).string();
    }

    process start(const std::vector<std::string>& words, const variables& more = {}) {
        process_options with{{program().string()}, variables_};
        with.arguments.insert(with.arguments.end(), words.begin(), words.end());
        for (const auto& [name, value] : more) {
            std::erase_if(with.environment, [&name = name](const auto& each) { return each.first == name; });
            with.environment.emplace_back(name, value);
        }
        return process{with};
    }

    outcome run(const std::vector<std::string>& words, const variables& more = {}) {
        auto running = start(words, more);
        const int code = running.wait();
        return {code, running.output(), running.errors()};
    }

    // With `input` on standard input.
    outcome run_with(const std::string& input, const std::vector<std::string>& words,
                     const variables& more = {}) {
        process_options with{{"sh", "-c", R"(exec "$0" "$@" < "$INPUT_FILE")", program().string()},
                             variables_};
        with.arguments.insert(with.arguments.end(), words.begin(), words.end());
        with.environment.insert(with.environment.end(), more.begin(), more.end());
        with.environment.emplace_back("INPUT_FILE", write("input", input));
        process running{with};
        const int code = running.wait();
        return {code, running.output(), running.errors()};
    }

    outcome create(const std::string& slug) {
        return run({"tenant", "create", slug, "--name", "The " + slug, "--owner-email",
                    "owner@" + slug + ".example", "--time-zone", "Europe/Berlin", "--json"});
    }

    std::string sql(const std::string& text) {
        return postgres_cluster::shared().superuser(db_.name).value(text);
    }

private:
    temporary_directory directory_;
    database_settings db_;
    variables variables_;
};

} // namespace kidevent::tests

// The command runs once, and a failure prints everything that it wrote.
#define CHECK_OUTCOME(of, wanted)                                                                            \
    do {                                                                                                     \
        const auto& seen = (of);                                                                             \
        BOOST_TEST(seen.code == (wanted), seen);                                                             \
    } while (false)
