// What is secret or somebody's own is said to the stack in every way there is, and looked for in everything
// that the stack says of itself.

#include "support/host_stack.hpp"
#include "support/post_receiver.hpp"
#include "support/two_tenants.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <sys/resource.h>

namespace kidevent::tests {

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Whatever is started meanwhile may leave an image of its memory, unless it forbids that itself.
class images_permitted {
public:
    images_permitted() {
        ::getrlimit(RLIMIT_CORE, &before_);
        const rlimit open{before_.rlim_max, before_.rlim_max};
        ::setrlimit(RLIMIT_CORE, &open);
        // AddressSanitizer would forbid them by itself.
        if (const char* const set = std::getenv("ASAN_OPTIONS")) options_ = set;
        ::setenv("ASAN_OPTIONS", (options_.value_or("") + ":disable_coredump=0").c_str(), 1);
    }
    ~images_permitted() {
        ::setrlimit(RLIMIT_CORE, &before_);
        if (options_)
            ::setenv("ASAN_OPTIONS", options_->c_str(), 1);
        else
            ::unsetenv("ASAN_OPTIONS");
    }
    images_permitted(const images_permitted&) = delete;
    images_permitted& operator=(const images_permitted&) = delete;

private:
    rlimit before_{};
    std::optional<std::string> options_;
};

struct observed : two_tenants {
    images_permitted images;
    post_receiver receiver; // of traces and of error reports
    host_stack stack{settings, 1,
                     "log: {level: debug, requests: all, slow_request: 1ms}\ntelemetry:\n  traces_url: "
                         + receiver.url("/v1/traces")
                         + "\n  traces_per_thousand: 1000\n  sentry_dsn: http://key@" + receiver.address()
                         + "/1\n"};
    // One for each way in.
    const std::vector<std::string> seeds{"SEED-password", "seed-mail",    "SEED-given", "SEED-cookie",
                                         "SEED-bearer",   "SEED-query",   "SEED-path",  "SEED-agent",
                                         "SEED-referer",  "SEED-ownhead", "SEED-idem",  "SEED-broken"};

    int send(const std::string& method, const std::string& target, std::vector<header> more,
             const std::string& body) {
        http_request wanted{method, target, "alpha.localhost"};
        wanted.headers = std::move(more);
        wanted.body = body;
        return stack.status_of(wanted);
    }
    void say_everything() {
        const header json_type{"Content-Type", "application/json"};
        const std::string person = R"({"email": "seed-mail@new.example", "password": "SEED-password",
            "given_name": "SEED-given", "family_name": "F"})";
        BOOST_TEST(send("POST", "/api/v1/accounts", {json_type}, person) == 201);
        BOOST_TEST(send("POST", "/api/v1/logins", {json_type},
                        person.substr(0, person.find("\"given")) + "\"x\": 1}")
                   == 422);
        BOOST_TEST(send("POST", "/api/v1/logins", {json_type},
                        R"({"email": "seed-mail@new.example", "password": "SEED-password wrong"})")
                   == 401);
        BOOST_TEST(send("GET", "/api/v1/accounts/me", {{"Cookie", "__Host-kidevent=SEED-cookie"}}, "")
                   == 401);
        BOOST_TEST(send("GET", "/api/v1/accounts/me", {{"Authorization", "Bearer SEED-bearer"}}, "") == 401);
        BOOST_TEST(send("GET", "/api/v1/unsubscribe?token=SEED-query", {}, "") == 404);
        BOOST_TEST(send("GET", "/api/v1/events/SEED-path", {{"User-Agent", "SEED-agent"}}, "") == 404);
        BOOST_TEST(send("GET", "/api/v1/events?q=SEED-query", {{"Referer", "http://x/?SEED-referer"}}, "")
                   == 200);
        BOOST_TEST(send("POST", "/api/v1/registrations",
                        {json_type, {"X-Own", "SEED-ownhead"}, {"Idempotency-Key", "\"SEED-idem\""}}, "{}")
                   == 401);
        BOOST_TEST(send("POST", "/api/v1/logins", {json_type}, "{\"email\": SEED-broken") == 400);
        // And with the database gone for a moment, when errors are written.
        superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kidevent_app'");
        send("GET", "/api/v1/events?q=SEED-query", {{"Cookie", "__Host-kidevent=SEED-cookie"}}, "");
        send("POST", "/api/v1/logins", {json_type},
             R"({"email": "seed-mail@new.example", "password": "SEED-password"})");
    }
    // A fault of ours, which is reported: a right that the statement needs is gone.
    void break_something() {
        superuser.execute("revoke select on events from kidevent_app");
        http_client client{stack.port()};
        http_request wanted{"GET", "/api/v1/events?q=SEED-query&category=SEED-path", "alpha.localhost"};
        wanted.headers = {{"Cookie", "__Host-kidevent=SEED-cookie"}, {"Authorization", "Bearer SEED-bearer"}};
        // The workers may still be connecting again.
        int status = 0;
        host_stack::wait_until(
            [&] {
                status = client.send(wanted).status;
                return status != 503;
            },
            std::chrono::seconds{10});
        BOOST_TEST(status == 500);
        superuser.execute("grant select on events to kidevent_app");
    }
    std::string all_received(const std::string& path) {
        std::string all;
        for (const request& each : receiver.received())
            if (each.target.find(path) != std::string::npos) all += each.body;
        return all;
    }
    void expect_none(const std::string& text, const std::string& where) {
        for (const std::string& seed : seeds)
            BOOST_TEST(text.find(seed) == std::string::npos, seed << " is in " << where);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(attack_secrets, observed)

BOOST_AUTO_TEST_CASE(nothing_that_somebody_sent_is_in_logs_reports_traces_metrics_or_the_status_page) {
    say_everything();
    break_something();
    const auto log = stack.directory() / "log/kidevent-fcgi.log";
    const auto has_lines = [&] { return text_of(log).find("/api/v1/logins") != std::string::npos; };
    BOOST_TEST(host_stack::wait_until(has_lines, std::chrono::seconds{10}));
    for (const auto& each : fs::directory_iterator(stack.directory() / "log"))
        expect_none(text_of(each.path()), each.path().filename().string());
    const auto is_told = [&] {
        return all_received("/v1/traces").find("/api/v1/logins") != std::string::npos
               && !all_received("envelope").empty();
    };
    BOOST_TEST(host_stack::wait_until(is_told, std::chrono::seconds{20}));
    expect_none(all_received("/v1/traces"), "the traces");
    expect_none(all_received("envelope"), "the error reports");
    expect_none(stack.metrics(), "the metrics");
    expect_none(boost::json::serialize(stack.status()), "the status page");
    // What is looked for would be found: the database holds it.
    BOOST_TEST(superuser.value("select count(*) from accounts where given_name = 'SEED-given'") == "1");
}

BOOST_AUTO_TEST_CASE(no_process_tells_a_secret_of_its_settings) {
    const std::string key = "0123456789abcdef0123456789abcdef";
    BOOST_REQUIRE(text_of(stack.directory() / "kidevent.yaml").find(key) != std::string::npos);
    auto processes = stack.worker_pids();
    processes.push_back(stack.master().pid());
    for (const pid_t each : processes) {
        const fs::path of = "/proc/" + std::to_string(each);
        const auto arguments = text_of(of / "cmdline");
        BOOST_TEST(!arguments.empty());
        BOOST_TEST(arguments.find(key) == std::string::npos);
        BOOST_TEST(arguments.find("unused-here") == std::string::npos);
    }
    for (const auto& each : fs::directory_iterator(stack.directory() / "log"))
        BOOST_TEST(text_of(each.path()).find(key) == std::string::npos, each.path());
    BOOST_TEST(boost::json::serialize(stack.status()).find(key) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_leaves_no_image_of_its_memory) {
    auto processes = stack.worker_pids();
    processes.push_back(stack.master().pid());
    for (const pid_t each : processes) {
        const auto limits = text_of("/proc/" + std::to_string(each) + "/limits");
        const auto at = limits.find("Max core file size");
        BOOST_REQUIRE(at != std::string::npos);
        // The soft limit stands first.
        const auto value = limits.find_first_not_of(' ', at + std::string{"Max core file size"}.size());
        BOOST_TEST(limits.substr(value, 2) == "0 ");
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
