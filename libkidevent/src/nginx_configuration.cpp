#include "nginx_configuration.hpp"

#include "config/pools.hpp"
#include "routes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

namespace kidevent {

namespace {

constexpr std::string_view api_prefix = "/api/";

// The paths of the API that one location leads to a pool.
struct routed_path {
    std::string pattern; // as nginx reads it: "= PATH", or a regular expression
    std::string order;   // of regular expressions: as the router, a literal segment before a parameter
    std::string pool;
    bool is_stream = false;
    bool is_sent_once = false; // though nginx could not know it by the method
};

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    for (path.remove_prefix(1);;) {
        const auto end = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, end));
        if (end == path.size()) return segments;
        path.remove_prefix(end + 1);
    }
}

void append_escaped(std::string& out, std::string_view literal) {
    for (const char c : literal) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                           || c == '-' || c == '_';
        if (!plain) out += '\\';
        out += c;
    }
}

// Paths that differ in the names of their parameters alone get the same order.
routed_path make_routed_path(std::string_view path) {
    routed_path made;
    bool has_parameters = false;
    std::string expression = "~ ^";
    for (const std::string_view segment : segments_of(path)) {
        expression += '/';
        made.order += '/';
        if (is_parameter(segment)) {
            has_parameters = true;
            expression += "[^/]+";
            made.order += '\x7f';
        } else {
            append_escaped(expression, segment);
            made.order += segment;
        }
    }
    made.pattern = has_parameters ? expression + '$' : "= " + std::string{path};
    return made;
}

const pool_settings& pool_of(const std::vector<pool_settings>& pools, const route& of) {
    const auto* const found = config::find_pool_of(pools, to_text(of.group));
    if (!found) throw std::runtime_error("no pool has the service " + std::string{to_text(of.group)});
    return *found;
}

const pool_settings& fallback_of(const std::vector<pool_settings>& pools) {
    const auto* const found = config::find_fallback_pool(pools);
    if (!found) throw std::runtime_error("no pool has the service platform, nor all");
    return *found;
}

std::vector<routed_path> list_routed_paths(const std::vector<pool_settings>& pools) {
    std::map<std::string, routed_path> by_order;
    for (const route& each : all_routes()) {
        routed_path made = make_routed_path(each.path);
        made.pool = pool_of(pools, each).name;
        made.is_stream = each.media_type == "text/event-stream";
        made.is_sent_once = each.changes_by_get;
        const auto [known, is_new] = by_order.emplace(made.order, made);
        if (is_new) continue;
        // nginx chooses by the path alone.
        if (known->second.pool != made.pool)
            throw std::runtime_error("the routes of " + std::string{each.path} + " belong to two services");
        known->second.is_stream = known->second.is_stream || made.is_stream;
        known->second.is_sent_once = known->second.is_sent_once || made.is_sent_once;
    }
    std::vector<routed_path> paths;
    for (auto& [order, each] : by_order)
        paths.push_back(std::move(each));
    return paths;
}

std::string upstream_of(const std::string& pool) { return "kidevent_" + pool; }

class writer {
public:
    writer(const settings& of, const nginx_surroundings& at) : of_(of), at_(at) {
        const auto& pools = of_.fastcgi.pools;
        serving_.insert(fallback_of(pools).name);
        for (const route& each : all_routes())
            serving_.insert(pool_of(pools, each).name);
    }

    std::string upstreams() const {
        std::string text;
        for (const pool_settings& each : of_.fastcgi.pools) {
            if (!serving_.contains(each.name)) continue;
            text += "    upstream " + upstream_of(each.name) + " {\n        zone " + upstream_of(each.name)
                    + " 128k;\n        include " + at_.conf_directory + "/upstream.conf;\n";
            for (std::int64_t i = 0; i < config::process_count(each, at_.processors); ++i)
                text += "        server unix:" + of_.fastcgi.socket_directory + "/"
                        + config::socket_name(each.name, i) + " max_fails=0;\n";
            text += "    }\n";
        }
        return text;
    }

    std::string locations() const {
        const std::string fallback = fallback_of(of_.fastcgi.pools).name;
        std::string text;
        // nginx tries expressions in their order, after it has looked for the path itself.
        for (const routed_path& each : list_routed_paths(of_.fastcgi.pools)) {
            // With one pool, there is one way for everything that needs none of its own.
            if (each.is_sent_once)
                append_sent_once(text, each.pattern, each.pool);
            else if (serving_.size() > 1 || each.is_stream)
                append_location(text, each.pattern, each.pool, each.is_stream);
        }
        append_location(text, std::string{api_prefix}, fallback, false);
        for (const std::string& each : serving_)
            append_sent_once(text, "@one_worker_" + each, each);
        return text;
    }

    std::string fallback() const { return upstream_of(fallback_of(of_.fastcgi.pools).name); }

private:
    std::string include(const std::string& file) const {
        return "            include " + at_.conf_directory + "/" + file + ";\n";
    }

    void append_sent_once(std::string& to, const std::string& pattern, const std::string& pool) const {
        to += "        location " + pattern + " {\n" + include("api_errors.conf");
        // A named location is come to through another one, which has looked at the host.
        if (!pattern.starts_with('@'))
            to += "            if ($foreign_host) {\n                return 421;\n            }\n";
        to += include("fastcgi_params") + "            fastcgi_pass " + upstream_of(pool)
              + ";\n            fastcgi_next_upstream off;\n        }\n";
    }

    void append_location(std::string& to, const std::string& pattern, const std::string& pool,
                         bool is_stream) const {
        to += "        location " + pattern + " {\n" + include("api_errors.conf")
              + "            error_page 418 = @one_worker_" + pool + ";\n" + include("api_request.conf")
              + include("fastcgi_params") + "            fastcgi_pass " + upstream_of(pool) + ";\n";
        if (is_stream) to += include("api_stream.conf");
        to += "        }\n";
    }

    const settings& of_;
    const nginx_surroundings& at_;
    std::set<std::string> serving_; // pools that nginx knows
};

// Without the line break at its end: the word's own line has one.
std::string block(std::string text) {
    text.pop_back();
    return text;
}

// Leaves out the lines of the marks, and what stands between them unless it is kept.
std::string without_marks(std::string_view outline, bool keeps) {
    std::string text;
    bool is_inside = false;
    while (!outline.empty()) {
        const auto end = std::min(outline.find('\n'), outline.size() - 1) + 1;
        const std::string_view line = outline.substr(0, end);
        outline.remove_prefix(end);
        if (line == "@TLS_BEGIN@\n")
            is_inside = true;
        else if (line == "@TLS_END@\n")
            is_inside = false;
        else if (keeps || !is_inside)
            text += line;
    }
    return text;
}

// Where the server of the organisations listens.
std::string listening(const settings& of, const nginx_surroundings& at) {
    constexpr auto next = ";\n        ";
    if (at.certificate.empty()) return "listen " + at.listen + " default_server" + next + "server_name _;";
    return "listen " + at.listen_tls + " ssl http2" + next + "server_name *." + of.http.base_domain + next
           + "include " + at.conf_directory + "/tls.conf" + next + "ssl_certificate " + at.certificate + next
           + "ssl_certificate_key " + at.certificate_key + ";";
}

bool is_word_character(char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }

// Replaces every @WORD@; what is put in is not looked at again.
std::string fill_in(std::string_view outline, const std::map<std::string, std::string, std::less<>>& values) {
    std::string text;
    while (!outline.empty()) {
        const auto at = std::min(outline.find('@'), outline.size());
        text += outline.substr(0, at);
        outline.remove_prefix(at);
        if (outline.empty()) break;
        std::size_t end = 1;
        while (end < outline.size() && is_word_character(outline[end]))
            ++end;
        const bool is_word = end > 1 && end < outline.size() && outline[end] == '@';
        if (!is_word) {
            text += '@';
            outline.remove_prefix(1);
            continue;
        }
        const auto word = outline.substr(1, end - 1);
        const auto value = values.find(word);
        if (value == values.end())
            throw std::runtime_error("nothing is known to fill in for @" + std::string{word} + "@");
        text += value->second;
        outline.remove_prefix(end + 1);
    }
    return text;
}

} // namespace

std::string nginx_configuration(std::string_view outline, const settings& of, const nginx_surroundings& at) {
    const writer with{of, at};
    const bool has_tls = !at.certificate.empty();
    if (has_tls && of.http.scheme != "https")
        throw std::runtime_error("there is a certificate, but http.scheme is not https");
    const bool is_usual_port = of.http.public_port == 443;
    return fill_in(without_marks(outline, has_tls),
                   {{"USER", at.user.empty() ? "" : "user " + at.user + ";"},
                    {"WORKERS", at.workers},
                    {"RUN_DIR", at.run_directory},
                    {"LOG_DIR", at.log_directory},
                    {"CONF_DIR", at.conf_directory},
                    {"ROOT", at.root},
                    {"BASE_DOMAIN", of.http.base_domain},
                    {"LISTEN", at.listen},
                    {"LISTEN_TLS", at.listen_tls},
                    {"LISTENING", listening(of, at)},
                    {"HTTPS_PORT", is_usual_port ? "" : ":" + std::to_string(of.http.public_port)},
                    {"ACCESS_LOG", at.access_log},
                    {"UPSTREAMS", block(with.upstreams())},
                    {"LOCATIONS", block(with.locations())},
                    {"FALLBACK", with.fallback()}});
}

} // namespace kidevent
