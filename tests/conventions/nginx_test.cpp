// Promises of the nginx configuration that a slip of the pen would break without a sound.

#include "command.hpp"
#include "source_tree.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <map>

using namespace kidevent::conventions;
namespace fs = std::filesystem;

namespace {

// The lines of a configuration without comments and surrounding blanks.
std::vector<std::string> directives_of(const std::string& text) {
    std::vector<std::string> found;
    for (auto line : lines_of(text)) {
        line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
        if (!line.empty() && line.front() != '#') found.push_back(line);
    }
    return found;
}

// All of nginx/ as one text.
std::string whole_configuration() {
    std::string all;
    for (const auto& file : list_source_files())
        if (file.is_under("nginx/") && !file.ends_with({".html", ".json"}))
            for (const auto& line : directives_of(file.text))
                all += line + "\n";
    return all;
}

// The text between the braces of `location NAME {`.
std::string location(const std::string& configuration, const std::string& name) {
    const auto start = configuration.find("location " + name + " {\n");
    if (start == std::string::npos) return {};
    auto at = configuration.find('{', start);
    const auto open = at;
    for (int depth = 0; at < configuration.size(); ++at) {
        depth += configuration[at] == '{' ? 1 : configuration[at] == '}' ? -1 : 0;
        if (depth == 0) break;
    }
    return configuration.substr(open, at - open);
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values)
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
            text.replace(at, name.size(), value);
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(nginx)

BOOST_AUTO_TEST_CASE(no_request_that_changes_something_is_sent_twice) {
    const auto all = whole_configuration();
    BOOST_TEST(!contains(all, "non_idempotent"));
    BOOST_TEST(contains(location(all, "@one_worker"), "fastcgi_next_upstream off;"));
    for (const std::string name : {"/api/", "= /api/v1/stream", "@page", "~ ^/(?:livez|readyz)$"}) {
        BOOST_TEST_CONTEXT("location " << name) {
            BOOST_TEST(contains(location(all, name), "fastcgi_next_upstream error;"));
            BOOST_TEST(contains(location(all, name), "fastcgi_next_upstream_tries 2;"));
        }
    }
    const auto api = location(all, "/api/");
    BOOST_TEST(contains(api, "error_page 418 = @one_worker;"));
    BOOST_TEST(contains(api, "if ($must_not_move_on) {\nreturn 418;"));
    BOOST_TEST(contains(all, "map $request_method $must_not_move_on {\nGET 0;\nHEAD 0;\nOPTIONS 0;\nPOST 0;\n"
                             "PATCH 0;\ndefault 1;\n}"));
}

BOOST_AUTO_TEST_CASE(a_parameter_is_sent_once) {
    std::map<std::string, int> count;
    boost::smatch match;
    const boost::regex parameter(R"(^fastcgi_param (\w+) )");
    for (const auto& line : directives_of(whole_configuration()))
        if (boost::regex_search(line, match, parameter)) ++count[match[1]];
    for (const std::string name : {"REQUEST_METHOD", "REQUEST_URI", "DOCUMENT_URI", "HTTP_HOST",
                                   "REMOTE_ADDR", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_PROXY"})
        BOOST_TEST(count[name] == 1, name);
    for (const auto& [name, times] : count)
        BOOST_TEST(times == 1, name);
}

BOOST_AUTO_TEST_CASE(the_host_is_the_one_that_nginx_routed_by) {
    const auto all = whole_configuration();
    BOOST_TEST(contains(all, "fastcgi_param HTTP_HOST $host;\n"));
    BOOST_TEST(contains(all, "fastcgi_param HTTP_PROXY \"\";\n"));
    BOOST_TEST(contains(all, "underscores_in_headers off;\n"));
    BOOST_TEST(!contains(all, "$http_host"));
    // A map by regular expression shares its captures with fastcgi_param.
    BOOST_TEST(!boost::regex_search(all, boost::regex("\n~\\*?\\S+ [^{\n]*;")));
}

BOOST_AUTO_TEST_CASE(nginx_closes_kept_connections_before_the_workers_do) {
    const auto all = whole_configuration();
    for (const std::string line : {"keepalive_timeout 5s;", "keepalive_time 10s;", "keepalive_requests 500;",
                                   "fastcgi_keep_conn on;", "least_conn;"})
        BOOST_TEST(contains(all, line + "\n"), line);
}

BOOST_AUTO_TEST_CASE(nginx_accepts_the_configuration) {
    const auto source = source_root() / "nginx";
    const auto scratch = fs::temp_directory_path() / ("kidevent-nginx-" + std::to_string(::getpid()));
    fs::create_directories(scratch / "tmp");
    const auto text =
        replaced(read_text(source / "kidevent.conf.in"),
                 {{"@USER@", ""},
                  {"@WORKERS@", "1"},
                  {"@RUN_DIR@", scratch.string()},
                  {"@LOG_DIR@", scratch.string()},
                  {"@CONF_DIR@", source.string()},
                  {"@ROOT@", (source / "root").string()},
                  {"@BASE_DOMAIN@", "localhost"},
                  {"@LISTEN@", "unix:" + (scratch / "http.sock").string()},
                  {"@ACCESS_LOG@", "off"},
                  {"@SOCKETS@", "server unix:" + (scratch / "a.sock").string() + " max_fails=0;"}});
    BOOST_TEST(!contains(text, "@USER@"));
    const auto check = [&](const std::string& configuration) {
        std::ofstream(scratch / "nginx.conf") << configuration;
        return run_command("PATH=$PATH:/usr/sbin nginx -t -c "
                           + shell_quoted((scratch / "nginx.conf").string()) + " -e "
                           + shell_quoted((scratch / "error.log").string()));
    };
    const auto accepted = check(text);
    BOOST_TEST(accepted.status == 0, accepted.output);
    BOOST_TEST(!contains(accepted.output, "[warn]"), accepted.output);
    BOOST_TEST(check(text + "}\n").status != 0);
    fs::remove_all(scratch);
}

BOOST_AUTO_TEST_SUITE_END()
