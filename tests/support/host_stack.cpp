#include "support/host_stack.hpp"

#include "support/free_port.hpp"
#include "support/postgres_cluster.hpp"
#include "support/redis_server.hpp"
#include "support/stack_contract.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/results_collector.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace kidevent::tests {

namespace {

std::string built(const std::string& program) {
    const char* directory = std::getenv("KIDEVENT_BUILD_DIR");
    if (!directory) throw std::runtime_error("KIDEVENT_BUILD_DIR is not set");
    return std::string{directory} + "/" + program;
}

} // namespace

host_stack::host_stack(const database_settings& database, int job_processes, const std::string& more_settings,
                       const std::string& web_pools, std::optional<host_certificate> shown)
    : shown_(std::move(shown)),
      port_(find_free_port()),
      tls_port_(find_free_port()),
      metrics_port_(find_free_port()) {
    for (const char* each : {"run", "run/tmp", "log"})
        std::filesystem::create_directories(directory_ / each);
    if (const auto address = emptied_redis_of_run()) {
        // For the command line as well. They stay set: every stack of this run is to have it.
        ::setenv("KIDEVENT_REDIS__ADDRESS", address->c_str(), 1);
        ::setenv("KIDEVENT_REALTIME__FANOUT", "redis", 1);
    }
    write_settings(database, job_processes, more_settings, web_pools);
    master_.emplace(process_options{
        .arguments = {built("fcgi-host/kidevent-fcgi"), "--config", (directory_ / "kidevent.yaml").string()},
        .output_file = (directory_ / "log/kidevent-fcgi.log").string(),
        .signal_when_orphaned = 15});
    write_nginx_config();
    nginx_.emplace(
        process_options{.arguments = {"/usr/sbin/nginx", "-e", (directory_ / "log/nginx-error.log").string(),
                                      "-c", (directory_ / "nginx.conf").string(), "-g", "daemon off;"},
                        .output_file = (directory_ / "log/nginx.log").string(),
                        .signal_when_orphaned = 15});
    const bool ready = wait_until(
        [this] {
            return status_of({"GET", "/readyz", "localhost"}) == 200 && all_workers_answer();
        },
        std::chrono::seconds{60});
    if (ready) return;
    throw std::runtime_error("the stack is not ready after 60 s:\n" + log());
}

// The master shows a worker's socket when the worker is ready. Until then nginx goes on to another worker,
// but not with a PUT or DELETE.
bool host_stack::all_workers_answer() const {
    const std::filesystem::directory_iterator sockets{directory_ / "run/fcgi"};
    return std::ranges::none_of(
        sockets, [](const auto& each) { return each.path().filename().string().starts_with('.'); });
}

host_stack::~host_stack() {
    for (auto* each : {&nginx_, &master_}) {
        if (!*each || !(*each)->is_running()) continue;
        (*each)->signal(SIGTERM);
        try {
            (*each)->wait(std::chrono::seconds{40});
        } catch (const std::runtime_error&) {
            (*each)->signal(SIGKILL);
        }
    }
    for (const std::string& each : violations_)
        BOOST_ERROR(each);
    // A worker that a sanitizer ended is started anew, and nobody would see it.
    const auto said = log();
    if (const auto at = said.find("Sanitizer"); at != std::string::npos)
        BOOST_ERROR("a sanitizer found something in a process of the stack:\n" + said.substr(at, 4000));
    if (const auto at = said.find(": runtime error: "); at != std::string::npos)
        BOOST_ERROR("undefined behaviour in a process of the stack:\n"
                    + said.substr(at < 200 ? 0 : at - 200, 1000));
    // What is seldom can be understood only from what the programs said when it came.
    const auto here = boost::unit_test::framework::current_test_case_id();
    if (!boost::unit_test::results_collector.results(here).passed())
        std::cout << "what the stack said last:\n"
                  << said.substr(said.size() < 6000 ? 0 : said.size() - 6000) << '\n';
}

std::string host_stack::log() const {
    std::ostringstream all;
    for (const char* each : {"log/nginx-error.log", "log/kidevent-fcgi.log"}) {
        std::ifstream in(directory_ / each);
        if (in.peek() != std::ifstream::traits_type::eof()) all << in.rdbuf();
    }
    return all.str();
}

void host_stack::write_settings(const database_settings& database, int job_processes, const std::string& more,
                                const std::string& web_pools) const {
    std::ofstream out(directory_ / "kidevent.yaml");
    out << "db:\n"
        << "  host: " << database.host << "\n"
        << "  port: " << database.port << "\n"
        << "  name: " << database.name << "\n"
        << "  app_password: unused-here\n"
        << "  router_password: unused-here\n"
        << "  platform_password: unused-here\n"
        << "  jobs_password: unused-here\n"
        << "http:\n"
        << "  base_domain: localhost\n"
        << "  scheme: " << (shown_ ? "https" : "http") << "\n"
        << "  public_port: " << (shown_ ? tls_port_ : port_) << "\n"
        << "  signing_key: 0123456789abcdef0123456789abcdef\n"
        << "fastcgi:\n"
        << "  socket_directory: " << (directory_ / "run/fcgi").string() << "\n"
        << "  metrics_address: 127.0.0.1:" << metrics_port_
        << "\n"
        // LeakSanitizer looks into the process from outside, which needs to be allowed or root.
        << (::geteuid() == 0 ? "" : "  core_dumps: on\n") << "  pools:\n"
        << web_pools;
    if (job_processes > 0)
        out << "    - name: jobs\n      processes: " << job_processes << "\n      services: [jobs]\n";
    // Everybody here has one address.
    if (more.find("rate_limit:") == std::string::npos)
        out << "rate_limit:\n"
            << "  reads_per_minute_per_address: 0\n  writes_per_minute_per_address: 0\n"
            << "  credentials_per_minute_per_address: 0\n  requests_per_minute_per_account: 0\n";
    out << more;
}

void host_stack::write_nginx_config() const {
    const auto conf = source_directory() / "nginx";
    process_options with{.arguments = {built("tenants/kidevent"), "nginx-conf", "--config",
                                       (directory_ / "kidevent.yaml").string(), "--workers", "2", "--run-dir",
                                       (directory_ / "run").string(), "--log-dir",
                                       (directory_ / "log").string(), "--conf-dir", conf.string(), "--listen",
                                       "127.0.0.1:" + std::to_string(port_), "--access-log", "off"}};
    if (::geteuid() == 0) with.arguments.insert(with.arguments.end(), {"--user", "root"});
    if (shown_)
        with.arguments.insert(with.arguments.end(),
                              {"--listen-tls", "127.0.0.1:" + std::to_string(tls_port_), "--certificate",
                               shown_->certificate, "--certificate-key", shown_->key});
    std::ofstream(directory_ / "nginx.conf") << run_program(with);
}

http_answer host_stack::get(const std::string& host, const std::string& target) const {
    return client().get(host, target);
}

http_client host_stack::client() const {
    return http_client{
        port_, std::chrono::seconds{20},
        [this](std::string_view sent, const http_answer& received) { hold_to_contract(sent, received); }};
}

void host_stack::hold_to_contract(std::string_view sent, const http_answer& received) const {
    for (const std::string& each : list_stack_violations(sent, received)) {
        const std::string told = std::string{sent.substr(0, sent.find("\r\n"))} + " -> "
                                 + std::to_string(received.status) + ": " + each;
        if (std::this_thread::get_id() == made_by_) {
            BOOST_ERROR(told);
        } else {
            const std::lock_guard held{mutex_};
            violations_.push_back(told);
        }
    }
}

int host_stack::status_of(const http_request& wanted) const {
    try {
        return client().send(wanted).status;
    } catch (const std::runtime_error&) {
        return 0;
    }
}

boost::json::value host_stack::status() const {
    http_client client{(directory_ / "run/fcgi/status.sock").string()};
    return boost::json::parse(client.get("localhost", "/status?json").body);
}

std::string host_stack::metrics() const {
    http_client client{(directory_ / "run/fcgi/status.sock").string()};
    return client.get("localhost", "/metrics").body;
}

std::vector<pid_t> host_stack::worker_pids() const {
    std::vector<pid_t> pids;
    const auto page = status();
    for (const auto& worker : page.at("workers").as_array())
        pids.push_back(worker.at("pid").to_number<pid_t>());
    return pids;
}

bool host_stack::wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return true;
}

load::load(const host_stack& at, int threads, std::function<http_request()> make) {
    for (int i = 0; i < threads; ++i)
        threads_.emplace_back([this, &at, make] {
            std::map<int, int> mine;
            while (!stopping_)
                ++mine[at.status_of(make())];
            const std::lock_guard held{mutex_};
            for (const auto& [status, count] : mine)
                counts_[status] += count;
        });
}

void load::stop() {
    stopping_ = true;
    for (std::thread& each : threads_)
        each.join();
    threads_.clear();
}

int load::total() const {
    int sum = 0;
    for (const auto& [status, count] : counts_)
        sum += count;
    return sum;
}

} // namespace kidevent::tests
