// Promises of the nginx configuration that a slip of the pen would break without a sound.

#include "command.hpp"
#include "nginx_configuration.hpp"
#include "routes.hpp"
#include "source_tree.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <map>
#include <set>

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

// Two pools, so that both kinds of locations are there.
kidevent::settings two_pools() {
    kidevent::settings of;
    of.fastcgi.socket_directory = "/run/kidevent/fcgi";
    of.fastcgi.pools = {{"web", 2, {"all"}}, {"people", 1, {"identity", "families"}}, {"jobs", 1, {"jobs"}}};
    return of;
}

std::string printed(const kidevent::settings& of, const kidevent::nginx_surroundings& at) {
    return kidevent::nginx_configuration(read_text(source_root() / "nginx/kidevent.conf.in"), of, at);
}

kidevent::nginx_surroundings anywhere() {
    kidevent::nginx_surroundings at;
    at.run_directory = "/run/kidevent/nginx";
    at.log_directory = "/var/log/nginx";
    at.conf_directory = "/conf";
    at.root = "/srv/web";
    at.listen = "80";
    return at;
}

kidevent::nginx_surroundings with_certificate() {
    auto at = anywhere();
    at.certificate = "/etc/kidevent/tls/chain.pem";
    at.certificate_key = "/etc/kidevent/tls/key.pem";
    return at;
}

// What is printed as one text, with what it includes in place.
std::string whole_configuration(const kidevent::settings& of = two_pools(),
                                const kidevent::nginx_surroundings& at = anywhere()) {
    std::string all;
    const std::string include = "include /conf/";
    for (const auto& line : directives_of(printed(of, at))) {
        if (!line.starts_with(include)) {
            all += line + "\n";
            continue;
        }
        const auto file = line.substr(include.size(), line.size() - include.size() - 1);
        for (const auto& included : directives_of(read_text(source_root() / "nginx" / file)))
            all += included + "\n";
    }
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

} // namespace

BOOST_AUTO_TEST_SUITE(nginx)

BOOST_AUTO_TEST_CASE(no_request_that_changes_something_is_sent_twice) {
    const auto all = whole_configuration();
    BOOST_TEST(!contains(all, "non_idempotent"));
    for (const std::string pool : {"web", "people"}) {
        const auto last = location(all, "@one_worker_" + pool);
        BOOST_TEST(contains(last, "fastcgi_next_upstream off;"));
        BOOST_TEST(contains(last, "fastcgi_pass kidevent_" + pool + ";"));
    }
    for (const std::string name : {"/api/", "= /api/v1/stream", "= /api/v1/accounts",
                                   "~ ^/api/v1/children/[^/]+$", "@page", "~ ^/(?:livez|readyz)$"}) {
        BOOST_TEST_CONTEXT("location " << name) {
            BOOST_TEST(contains(location(all, name), "fastcgi_next_upstream error;"));
            BOOST_TEST(contains(location(all, name), "fastcgi_next_upstream_tries 2;"));
        }
    }
    for (const auto& [name, pool] : std::map<std::string, std::string>{
             {"/api/", "web"}, {"= /api/v1/stream", "web"}, {"= /api/v1/accounts", "people"}}) {
        BOOST_TEST_CONTEXT("location " << name) {
            BOOST_TEST(contains(location(all, name), "error_page 418 = @one_worker_" + pool + ";"));
            BOOST_TEST(contains(location(all, name), "if ($must_not_move_on) {\nreturn 418;"));
        }
    }
    BOOST_TEST(contains(all, "map $request_method $must_not_move_on {\nGET 0;\nHEAD 0;\nOPTIONS 0;\nPOST 0;\n"
                             "PATCH 0;\ndefault 1;\n}"));
}

// The method does not tell that they change something.
BOOST_AUTO_TEST_CASE(the_way_back_from_an_identity_provider_is_sent_once) {
    kidevent::settings one_pool;
    one_pool.fastcgi.pools = {{"web", 1, {"all", "jobs"}}};
    std::set<std::string_view> sent_once;
    for (const kidevent::route& each : kidevent::all_routes())
        if (each.changes_by_get) sent_once.insert(each.path);
    BOOST_TEST(
        (sent_once == std::set<std::string_view>{"/api/v1/identity-providers/{provider_id}/callback"}));
    for (const auto& of : {one_pool, two_pools()}) {
        const auto inside =
            location(whole_configuration(of), "~ ^/api/v1/identity-providers/[^/]+/callback$");
        BOOST_TEST(contains(inside, "fastcgi_next_upstream off;"));
        BOOST_TEST(!contains(inside, "fastcgi_next_upstream error"));
        BOOST_TEST(contains(inside, "if ($foreign_host) {\nreturn 421;"));
        BOOST_TEST(contains(inside, "fastcgi_pass kidevent_"));
    }
}

BOOST_AUTO_TEST_CASE(a_parameter_is_sent_once) {
    std::map<std::string, int> count;
    boost::smatch match;
    const boost::regex parameter(R"(^fastcgi_param (\w+) )");
    for (const auto& file : list_source_files())
        if (file.is_under("nginx/") && !file.ends_with({".html", ".json"}))
            for (const auto& line : directives_of(file.text))
                if (boost::regex_search(line, match, parameter)) ++count[match[1]];
    for (const std::string name : {"REQUEST_METHOD", "REQUEST_URI", "DOCUMENT_URI", "HTTP_HOST",
                                   "REMOTE_ADDR", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_PROXY"})
        BOOST_TEST(count[name] == 1, name);
    for (const auto& [name, times] : count)
        BOOST_TEST(times == 1, name);
    // Once in a location, too.
    const auto all = whole_configuration();
    for (const std::string name : {"/api/", "= /api/v1/stream", "@one_worker_web", "@page"}) {
        const auto inside = location(all, name);
        const auto first = inside.find("fastcgi_param HTTP_HOST ");
        BOOST_TEST(first != std::string::npos, name);
        BOOST_TEST(inside.find("fastcgi_param HTTP_HOST ", first + 1) == std::string::npos, name);
    }
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

BOOST_AUTO_TEST_CASE(every_route_goes_to_the_pool_that_answers_for_its_service) {
    auto of = two_pools();
    for (const std::string_view each : {"events", "registrations", "notifications", "analytics", "platform"})
        of.fastcgi.pools.push_back({"only-" + std::string{each}, 1, {std::string{each}}});
    const auto all = whole_configuration(of);
    for (const kidevent::route& each : kidevent::all_routes()) {
        const auto group = std::string{kidevent::to_text(each.group)};
        const bool is_people = group == "identity" || group == "families";
        const auto path = boost::regex_replace(std::string{each.path}, boost::regex(R"(\{[^}]+\})"), "[^/]+");
        const auto name = (path == each.path ? "= " : "~ ^") + path + (path == each.path ? "" : "$");
        BOOST_TEST(contains(location(all, name),
                            "fastcgi_pass kidevent_" + (is_people ? "people" : "only-" + group) + ";"),
                   name);
        const bool is_stream = contains(location(all, name), "fastcgi_buffering off;");
        BOOST_TEST(is_stream == (each.media_type == "text/event-stream"), name);
    }
    BOOST_TEST(contains(location(all, "/api/"), "fastcgi_pass kidevent_web;"));
    BOOST_TEST(!contains(all, "kidevent_jobs"));
    BOOST_TEST(contains(all, "server unix:/run/kidevent/fcgi/web-1.sock max_fails=0;"));
    BOOST_TEST(!contains(all, "web-2.sock"));
}

BOOST_AUTO_TEST_CASE(one_pool_needs_locations_for_what_is_special_alone) {
    kidevent::settings of;
    of.fastcgi.pools = {{"web", 1, {"all", "jobs"}}};
    const auto all = whole_configuration(of);
    BOOST_TEST(contains(location(all, "= /api/v1/stream"), "fastcgi_buffering off;"));
    BOOST_TEST(location(all, "= /api/v1/accounts").empty());
    BOOST_TEST(contains(location(all, "/api/"), "fastcgi_pass kidevent_web;"));
}

BOOST_AUTO_TEST_CASE(tls_is_there_with_a_certificate_and_only_then) {
    const auto plain = whole_configuration();
    BOOST_TEST(!contains(plain, "ssl"));
    BOOST_TEST(contains(plain, "listen 80 default_server;\nserver_name _;\nroot"));
    const auto all = whole_configuration(two_pools(), with_certificate());
    BOOST_TEST(contains(all, "listen 80 default_server;\n"));
    BOOST_TEST(contains(all, "listen 443 ssl http2 default_server;\n"));
    BOOST_TEST(
        contains(all, "listen 443 ssl http2;\nserver_name *.localhost;\nssl_protocols TLSv1.2 TLSv1.3;\n"));
    BOOST_TEST(contains(all, "return 301 https://$host$request_uri;"));
    auto elsewhere = two_pools();
    elsewhere.http.public_port = 8443;
    BOOST_TEST(contains(whole_configuration(elsewhere, with_certificate()),
                        "return 301 https://$host:8443$request_uri;"));
    elsewhere.http.scheme = "http";
    BOOST_CHECK_THROW(printed(elsewhere, with_certificate()), std::runtime_error);
}

// What nginx could be made to fetch, or to show of its disk.
BOOST_AUTO_TEST_CASE(nginx_passes_to_the_workers_alone_and_lists_no_directory) {
    for (const auto& at : {anywhere(), with_certificate()}) {
        const auto all = whole_configuration(two_pools(), at);
        static const boost::regex passing(R"(\n(\w+_pass) ([^;]*);)");
        int count = 0;
        for (boost::sregex_iterator each{all.begin(), all.end(), passing}, end; each != end;
             ++each, ++count) {
            BOOST_TEST((*each)[1] == "fastcgi_pass");
            BOOST_TEST(contains(all, "upstream " + std::string{(*each)[2]} + " {"), each->str());
        }
        BOOST_TEST(count > 5);
        static const boost::regex server(R"(\nserver ((?!unix:/run/kidevent/fcgi/)[^{;]+);)");
        BOOST_TEST(!boost::regex_search(all, server));
        for (const char* word : {"autoindex", "resolver ", "dav_", "stub_status", "ssi on", "perl", "njs",
                                 "lua", "disable_symlinks off", "slice", "mirror "})
            BOOST_TEST(!contains(all, word), word);
    }
}

BOOST_AUTO_TEST_CASE(a_word_that_nobody_knows_is_not_left_to_nginx) {
    const auto fill = [](std::string_view outline) {
        return kidevent::nginx_configuration(outline, two_pools(), anywhere());
    };
    BOOST_TEST(fill("a@b @page @LISTEN@ @") == "a@b @page 80 @");
    BOOST_CHECK_THROW(fill("@SOCKETS@"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(nginx_accepts_the_configuration) {
    const auto source = source_root() / "nginx";
    const auto scratch = fs::temp_directory_path() / ("kidevent-nginx-" + std::to_string(::getpid()));
    fs::create_directories(scratch / "tmp");
    kidevent::nginx_surroundings at;
    at.workers = "1";
    at.run_directory = at.log_directory = scratch.string();
    at.conf_directory = source.string();
    at.root = (source / "root").string();
    at.listen = "unix:" + (scratch / "http.sock").string();
    const auto check = [&](const std::string& configuration) {
        std::ofstream(scratch / "nginx.conf") << configuration;
        return run_command("PATH=$PATH:/usr/sbin nginx -t -c "
                           + shell_quoted((scratch / "nginx.conf").string()) + " -e "
                           + shell_quoted((scratch / "error.log").string()));
    };
    auto certified = at;
    certified.listen_tls = "unix:" + (scratch / "https.sock").string();
    certified.certificate = (scratch / "certificate.pem").string();
    certified.certificate_key = (scratch / "key.pem").string();
    const auto made = run_command(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=front "
        "-addext subjectAltName=DNS:*.localhost -keyout "
        + shell_quoted(certified.certificate_key) + " -out " + shell_quoted(certified.certificate));
    BOOST_REQUIRE_MESSAGE(made.status == 0, made.output);
    for (const auto& [of, where] :
         {std::pair{two_pools(), at}, {kidevent::settings{}, at}, {two_pools(), certified}}) {
        const auto text = printed(of, where);
        const auto accepted = check(text);
        BOOST_TEST(accepted.status == 0, accepted.output);
        BOOST_TEST(!contains(accepted.output, "[warn]"), accepted.output);
        BOOST_TEST(check(text + "}\n").status != 0);
    }
    fs::remove_all(scratch);
}

BOOST_AUTO_TEST_SUITE_END()
