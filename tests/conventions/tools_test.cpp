// What the tools of the trade say about the code: clang-format, clang-tidy (with --long), bash.

#include "command.hpp"
#include "source_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>

using namespace kidevent::conventions;

namespace {

std::string list_paths(bool (*wanted)(const source_file&)) {
    std::string all;
    for (const auto& file : list_source_files())
        if (wanted(file)) all += " " + shell_quoted((source_root() / file.path).string());
    return all;
}

bool is_script(const source_file& file) {
    return file.text.starts_with("#!/usr/bin/env bash") || file.text.starts_with("# shellcheck shell=bash");
}

bool is_compiled(const source_file& file) {
    return file.path.ends_with(".cpp") && !file.is_under("tests/") && !file.is_under("examples/");
}

// Checks headers together with the files that include them. The commands are those of the test build but for
// the precompiled headers, which are g++'s.
command_result run_clang_tidy(const std::string& files) {
    const char* build = std::getenv("KIDEVENT_BUILD_DIR");
    BOOST_TEST_REQUIRE(build != nullptr);
    const auto commands = std::string{build} + "/clang-tidy";
    std::filesystem::create_directories(commands);
    const auto without_headers =
        run_command("sed -E 's/ -Winvalid-pch -include [^ ]*cmake_pch\\.hxx| -fpch-preprocess//g' "
                    + shell_quoted(std::string{build} + "/compile_commands.json") + " > "
                    + shell_quoted(commands + "/compile_commands.json"));
    BOOST_TEST_REQUIRE(without_headers.status == 0, without_headers.output);
    const auto config = shell_quoted("--config-file=" + (source_root() / ".clang-tidy").string());
    const auto sample = run_command(
        "cd " + shell_quoted(commands)
        + " && printf '#include <string>\\nauto f(std::string a) { auto b = std::move(a); return a + b; }\\n'"
          " > sample.cpp && clang-tidy-14 --quiet "
        + config + " sample.cpp -- -std=c++20");
    BOOST_TEST(sample.output.find("bugprone-use-after-move") != std::string::npos, sample.output);
    return run_command("printf '%s\\n'" + files + " | xargs -P \"$(nproc)\" -n 4 clang-tidy-14 --quiet -p "
                       + shell_quoted(commands));
}

bool runs_long() { return std::getenv("KIDEVENT_TEST_LONG") != nullptr; }

boost::test_tools::assertion_result with_long(boost::unit_test::test_unit_id) { return runs_long(); }

} // namespace

BOOST_AUTO_TEST_SUITE(tools)

BOOST_AUTO_TEST_CASE(the_code_is_formatted_as_clang_format_does) {
    const auto config = shell_quoted("--style=file:" + (source_root() / ".clang-format").string());
    const auto sample = run_command("printf 'int  a;\\n' | clang-format-14 --dry-run -Werror " + config);
    BOOST_TEST(sample.status != 0);
    const auto found = run_command("clang-format-14 --dry-run -Werror " + config
                                   + list_paths([](const source_file& file) { return file.is_cpp(); }));
    BOOST_TEST(found.status == 0, found.output.substr(0, 4000));
}

BOOST_AUTO_TEST_CASE(the_scripts_are_bash) {
    BOOST_TEST(run_command("echo 'if' | bash -n").status != 0);
    const auto scripts = list_paths(is_script);
    BOOST_TEST(!scripts.empty());
    const auto found = run_command("for script in" + scripts + "; do bash -n \"$script\" || exit 1; done");
    BOOST_TEST(found.status == 0, found.output);
}

BOOST_AUTO_TEST_CASE(clang_tidy_has_no_objections, *boost::unit_test::precondition(with_long)) {
    const auto found = run_clang_tidy(list_paths(is_compiled));
    BOOST_TEST(found.status == 0, found.output.substr(0, 8000));
}

BOOST_AUTO_TEST_SUITE_END()
