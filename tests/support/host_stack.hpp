#pragma once
// The whole stack as it runs in production, on a database of the test's own: nginx with our configuration in
// front of kidevent-fcgi with two workers. For tests only.

#include "support/http_client.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

#include <kidevent/settings.hpp>

#include <boost/json/value.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace kidevent::tests {

// Files of a certificate for the hosts that a test asks for, and of its key.
struct host_certificate {
    std::string certificate;
    std::string key;
};

class host_stack {
public:
    // Returns when /readyz answers 200 and every worker has started. Throws std::runtime_error.
    // `job_processes` of a pool of their own run background work; nginx does not know them. `more_settings`
    // is further YAML, and so are `web_pools`: the items of fastcgi.pools that answer requests. With `shown`
    // browsers come by https to tls_port(), and port() is what is left for http.
    explicit host_stack(const database_settings& database, int job_processes = 0,
                        const std::string& more_settings = "",
                        const std::string& web_pools = "    - {name: web, processes: 2}\n",
                        std::optional<host_certificate> shown = {});
    // Fails the test when a sanitizer has spoken in one of the processes; a failed test's log is printed.
    ~host_stack();
    host_stack(const host_stack&) = delete;
    host_stack& operator=(const host_stack&) = delete;

    // A connection to nginx. Every answer that it receives is held against the contract (stack_contract.hpp);
    // what breaks it fails the test: at once on the thread that made the stack, else when the stack ends.
    http_client client() const;
    http_answer get(const std::string& host, const std::string& target) const;
    // Without waiting for the answer's meaning: 0 when the connection broke.
    int status_of(const http_request& wanted) const;

    std::uint16_t port() const noexcept { return port_; } // of nginx
    std::uint16_t tls_port() const noexcept { return tls_port_; }

    // Where its settings, logs (log/) and sockets (run/) are.
    const std::filesystem::path& directory() const noexcept { return directory_.path(); }

    process& master() noexcept { return *master_; }
    // The status page as JSON.
    boost::json::value status() const;
    std::vector<pid_t> worker_pids() const;
    // What Prometheus would scrape, from the status socket; the port is of its TCP address.
    std::string metrics() const;
    std::uint16_t metrics_port() const noexcept { return metrics_port_; }
    // True when the condition comes true within the limit.
    static bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit);

private:
    bool all_workers_answer() const;
    std::string log() const; // of nginx, then of the workers
    void hold_to_contract(std::string_view sent, const http_answer& received) const;
    void write_settings(const database_settings& database, int job_processes, const std::string& more,
                        const std::string& web_pools) const;
    void write_nginx_config() const;

    temporary_directory directory_;
    std::optional<host_certificate> shown_;
    std::uint16_t port_;
    std::uint16_t tls_port_;
    std::uint16_t metrics_port_;
    std::optional<process> master_;
    std::optional<process> nginx_;

    const std::thread::id made_by_ = std::this_thread::get_id();
    mutable std::mutex mutex_;
    mutable std::vector<std::string> violations_; // seen on other threads
};

// Sends the same requests over and over from some threads until it is stopped, and counts the answers by
// status.
class load {
public:
    // `make` is called on the load's threads.
    load(const host_stack& at, int threads, std::function<http_request()> make);
    ~load() { stop(); }

    void stop();
    // Status -> count; 0 counts broken connections. After stop().
    const std::map<int, int>& counts() const noexcept { return counts_; }
    int total() const;

private:
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::map<int, int> counts_;
    std::vector<std::thread> threads_;
};

} // namespace kidevent::tests
