// /metrics of the real master with two workers: sums, deaths, and who can reach it.

#include "support/host_stack.hpp"
#include "support/postgres_cluster.hpp"
#include "support/two_tenants.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>

namespace kidevent::tests {

namespace {

using namespace std::chrono_literals;

struct measured_stack : two_tenants {
    host_stack stack{settings};

    static double sum_of(const std::string& text, const std::string& name, const std::string& label = "") {
        double sum = 0;
        std::istringstream lines{text};
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with(name) && line.find(label) != line.npos
                && (line[name.size()] == '{' || line[name.size()] == ' '))
                sum += std::stod(line.substr(line.rfind(' ') + 1));
        return sum;
    }
    double counted() const {
        return sum_of(stack.metrics(), "http_server_request_duration_seconds_count",
                      "http_route=\"/api/v1/organisation\"");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_metrics, measured_stack)

BOOST_AUTO_TEST_CASE(a_scrape_sums_the_workers_and_a_death_takes_nothing_back) {
    constexpr int requests = 60;
    for (int i = 0; i < requests; ++i)
        BOOST_TEST(stack.get("alpha.localhost", "/api/v1/organisation").status == 200);
    BOOST_TEST(counted() == requests);
    const auto before = stack.metrics();
    BOOST_TEST(sum_of(before, "kidevent_tenant_requests_total", "tenant=\"alpha\"") == requests);
    BOOST_TEST(sum_of(before, "kidevent_workers") == 2);
    BOOST_TEST(sum_of(before, "kidevent_process_resident_memory_bytes", "pool=\"web\"") > 1e6);
    // It is known when the last of the workers is there.
    const auto is_deployed = [this] {
        return sum_of(stack.metrics(), "kidevent_last_deployment_timestamp_seconds") > 1.7e9;
    };
    BOOST_TEST(host_stack::wait_until(is_deployed, std::chrono::seconds{20}));
    // Both workers count, or the sum would prove nothing.
    const auto front = sum_of(before, "kidevent_fastcgi_requests_total");
    BOOST_TEST(front >= requests);

    for (const auto victim : stack.worker_pids()) {
        ::kill(victim, SIGKILL);
        const auto gone = [&] {
            const auto now = stack.worker_pids();
            return now.size() == 2 && std::find(now.begin(), now.end(), victim) == now.end();
        };
        BOOST_TEST(host_stack::wait_until(gone, 20s));
        BOOST_TEST(counted() == requests);
    }
    const auto ready = [&] { return sum_of(stack.metrics(), "kidevent_db_lanes_open") == 4; };
    BOOST_TEST(host_stack::wait_until(ready, 20s));
    const auto after = stack.metrics();
    BOOST_TEST(sum_of(after, "kidevent_worker_deaths_total", "pool=\"web\"") == 2);
    BOOST_TEST(sum_of(after, "kidevent_fastcgi_requests_total") >= front);
    BOOST_TEST(sum_of(after, "kidevent_process_cpu_seconds_total", "pool=\"web\"")
               >= sum_of(before, "kidevent_process_cpu_seconds_total", "pool=\"web\""));
    BOOST_TEST(stack.get("alpha.localhost", "/api/v1/organisation").status == 200);
    BOOST_TEST(counted() == requests + 1);
    stack.master().signal(SIGHUP);
    const auto reloaded = [&] { return sum_of(stack.metrics(), "kidevent_reloads_total", "succeeded") == 1; };
    BOOST_TEST(host_stack::wait_until(reloaded, 60s));
    BOOST_TEST(counted() == requests + 1);
}

BOOST_AUTO_TEST_CASE(promtool_accepts_the_text) {
    stack.get("alpha.localhost", "/api/v1/events");
    const temporary_directory place;
    const auto file = (place.path() / "metrics.txt").string();
    std::ofstream(file) << stack.metrics();
    process checking{{.arguments = {"sh", "-c", "promtool check metrics < \"$0\"", file}}};
    BOOST_TEST(checking.wait() == 0, checking.output() + checking.errors());
}

BOOST_AUTO_TEST_CASE(metrics_answer_on_their_own_addresses_only) {
    for (const char* host : {"alpha.localhost", "admin.localhost", "localhost", "127.0.0.1"})
        for (const char* target : {"/metrics", "/status", "/x/../metrics", "/api/metrics"}) {
            const auto answer = stack.get(host, target);
            BOOST_TEST(answer.body.find("kidevent_build_info") == std::string::npos, host << target);
            BOOST_TEST((answer.status >= 400 || answer.body.find("<html") != std::string::npos),
                       host << target);
        }
    http_client tcp{stack.metrics_port()};
    const auto scraped = tcp.get("localhost", "/metrics");
    BOOST_TEST(scraped.status == 200);
    BOOST_TEST(scraped.header_value("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    BOOST_TEST(scraped.body.find("kidevent_build_info{version=") != std::string::npos);
    http_client other{stack.metrics_port()};
    BOOST_TEST(other.get("localhost", "/status").status == 404);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
