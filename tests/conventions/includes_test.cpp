// Dependencies point one way: which folder may include which, and which may see a foreign library.

#include "source_tree.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>

using namespace kidevent::conventions;

namespace {

// From the bottom to the top. A folder includes folders of lower groups, never its own group's others.
const std::vector<std::set<std::string>> groups{
    {"core"},
    {"config", "crypto", "db", "http_client", "redis"},
    {"telemetry", "http", "cache", "job_queue", "outbox"},
    {"audit_log"},
    {"tenancy"},
    {"audit", "identity"},
    {"families"},
    {"events"},
    {"allocation"},
    {"registrations"},
    {"waitlist", "payments", "attendance"},
    {"notifications", "realtime", "analytics", "webhooks"},
    {"composition"}, // job_runner, routes, platform and what else lies beside them
    {"fcgi-host", "tenants"},
};

const std::string library = "libkidevent/src/";

// The part of the product that a path below libkidevent/src belongs to.
std::string part_of(const std::string& path) {
    const auto slash = path.find('/');
    if (slash == std::string::npos) return "composition";
    const auto folder = path.substr(0, slash);
    // Working the queue off belongs to the processes, writing to it to the domains.
    for (const char* const each :
         {"outbox/relay.", "outbox/paced_loop.", "outbox/kafka_", "webhooks/webhook_sender.", "api_schemas/",
          "notifications/notification_jobs.", "notifications/account_mail_jobs.", "audit/audit_sealer."})
        if (path.starts_with(each)) return "composition";
    // Every domain writes the log; reading it comes later.
    for (const char* const each :
         {"audit/audit_log.", "audit/action_table.", "audit/denied_attempts.", "audit/coarse_address."})
        if (path.starts_with(each)) return "audit_log";
    if (folder != "jobs") return folder;
    const bool is_queue = path.starts_with("jobs/job_queue.") || path.starts_with("jobs/job_kind.");
    return is_queue ? "job_queue" : "composition";
}

std::optional<std::size_t> group_of(const std::string& part) {
    for (std::size_t i = 0; i < groups.size(); ++i)
        if (groups[i].contains(part)) return i;
    return std::nullopt;
}

struct include_line {
    std::size_t line = 0;
    std::string target;
    bool quoted = false;
};

std::vector<include_line> list_includes(const source_file& file) {
    static const boost::regex pattern(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
    std::vector<include_line> found;
    std::size_t number = 0;
    boost::smatch match;
    for (const auto& line : lines_of(file.text))
        if (++number; boost::regex_search(line, match, pattern))
            found.push_back({number, match[2], match[1] == "\""});
    return found;
}

std::optional<std::string> owner_of(const source_file& file) {
    if (file.is_under(library)) return part_of(file.path.substr(library.size()));
    if (file.is_under("fcgi-host/")) return "fcgi-host";
    if (file.is_under("tenants/")) return "tenants";
    return std::nullopt;
}

findings check_direction(const source_file& file) {
    findings found;
    const auto owner = owner_of(file);
    if (!file.is_cpp() || !owner) return found;
    const auto from = group_of(*owner);
    if (!from)
        return {finding(file, 1, "the folder '" + *owner + "' has no place in the order of dependencies")};
    for (const auto& include : list_includes(file)) {
        if (!include.quoted || include.target.find('/') == std::string::npos) continue;
        const auto part = part_of(include.target);
        const auto to = group_of(part);
        if (!to || part == *owner) continue;
        if (*to >= *from)
            found.push_back(finding(file, include.line, *owner + " must not include " + include.target));
        else if (include.target.ends_with("_repository.hpp") && *from < *group_of("composition"))
            found.push_back(
                finding(file, include.line, include.target + " is the repository of another domain"));
    }
    return found;
}

struct wall {
    std::string prefix;               // of an included header
    std::vector<std::string> allowed; // starts of paths
};

const std::vector<wall> walls{
    {"libpq", {"libkidevent/src/db/"}},
    {"Poco/",
     {"libkidevent/src/crypto/", "libkidevent/src/http_client/", "libkidevent/src/notifications/smtp_"}},
    {"yaml-cpp/", {"libkidevent/src/config/", "tenants/"}},
    {"boost/asio",
     {"libkidevent/src/db/", "libkidevent/src/redis/", "libkidevent/src/jobs/", "libkidevent/src/realtime/",
      "libkidevent/src/outbox/relay.", "libkidevent/src/outbox/paced_loop.", "libkidevent/src/loops_part.",
      "libkidevent/src/asio.cpp", "libkidevent/src/platform.", "libkidevent/src/services.",
      "libkidevent/src/request_deadlines.", "fcgi-host/"}},
    {"fastcgi.h", {"fcgi-host/fastcgi/"}},
    {"sodium", {"libkidevent/src/crypto/"}},
    {"openssl/", {"libkidevent/src/crypto/", "libkidevent/src/notifications/smtp_"}},
    {"prometheus/", {"libkidevent/src/telemetry/exposition."}},
    {"kainjow/", {"libkidevent/src/notifications/message_template."}},
    {"libical/", {"libkidevent/src/events/"}},
    {"librdkafka/", {"libkidevent/src/outbox/kafka_producer."}},
};

findings check_walls(const source_file& file) {
    findings found;
    if (!file.is_cpp() || file.is_under("tests/")) return found;
    for (const auto& include : list_includes(file))
        for (const auto& wall : walls) {
            const bool inside = std::any_of(wall.allowed.begin(), wall.allowed.end(),
                                            [&](const auto& start) { return file.is_under(start); });
            if (!inside && include.target.starts_with(wall.prefix))
                found.push_back(finding(file, include.line, include.target + " is not for this folder"));
        }
    return found;
}

findings check_public_headers(const source_file& file) {
    findings found;
    if (!file.is_under("libkidevent/include/")) return found;
    for (const auto& include : list_includes(file))
        if (include.target.find('/') != std::string::npos && !include.target.starts_with("kidevent/"))
            found.push_back(finding(file, include.line, "a host must not need " + include.target));
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(includes)

BOOST_AUTO_TEST_CASE(a_folder_includes_only_what_lies_below_it) {
    const auto count = [](const std::string& path, const std::string& target) {
        return check_direction({library + path, "#include \"" + target + "\"\n"}).size();
    };
    BOOST_TEST(count("events/event.hpp", "db/row.hpp") == 0U);
    BOOST_TEST(count("db/row.hpp", "events/event.hpp") == 1U);
    BOOST_TEST(count("crypto/token.cpp", "db/row.hpp") == 1U);
    BOOST_TEST(count("registrations/a.cpp", "events/event_repository.hpp") == 1U);
    BOOST_TEST(count("platform.cpp", "events/event_repository.hpp") == 0U);
    BOOST_TEST(count("jobs/job_queue.cpp", "events/event.hpp") == 1U);
    BOOST_TEST(count("jobs/job_runner.cpp", "events/event.hpp") == 0U);
    BOOST_TEST(count("jobs/job_kind.cpp", "events/event.hpp") == 1U);
    BOOST_TEST(count("events/event.cpp", "jobs/job_queue.hpp") == 0U);
    BOOST_TEST(count("events/event.cpp", "jobs/job_runner.hpp") == 1U);
    BOOST_TEST(count("new_folder/a.cpp", "core/uuid.hpp") == 1U);
    const auto found = check_all(check_direction);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(foreign_libraries_stay_behind_their_walls) {
    BOOST_TEST(check_walls({"libkidevent/src/db/row.cpp", "#include <libpq-fe.h>\n"}).empty());
    BOOST_TEST(check_walls({"libkidevent/src/http/router.cpp", "#include <libpq-fe.h>\n"}).size() == 1U);
    BOOST_TEST(check_walls({"fcgi-host/main.cpp", "#include <fastcgi.h>\n"}).size() == 1U);
    const auto found = check_all(check_walls);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(public_headers_need_only_the_standard_library) {
    BOOST_TEST(check_public_headers({"libkidevent/include/kidevent/a.hpp", "#include <Poco/URI.h>\n"}).size()
               == 1U);
    const auto found = check_all(check_public_headers);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_SUITE_END()
