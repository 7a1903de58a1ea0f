#include "support/redis_server.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace kidevent::tests {

redis_server::redis_server(std::vector<std::string> options) : options_(std::move(options)) { start(); }

redis_server::~redis_server() {
    if (server_) stop();
}

void redis_server::start() {
    process_options with;
    with.arguments = {"redis-server",
                      "--port",
                      "0",
                      "--unixsocket",
                      address(),
                      "--save",
                      "",
                      "--appendonly",
                      "no",
                      "--dir",
                      directory_.path().string()};
    with.arguments.insert(with.arguments.end(), options_.begin(), options_.end());
    with.output_file = (directory_ / "redis.log").string();
    server_.emplace(with);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (std::chrono::steady_clock::now() < deadline) {
        try {
            const auto said = command({"PING"});
            // A server with a password answers, too.
            if (said == "PONG" || said.starts_with("NOAUTH")) return;
        } catch (const std::runtime_error&) {
            // Not yet.
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    throw std::runtime_error("redis-server did not start; see " + with.output_file);
}

void redis_server::stop() {
    server_->signal(SIGCONT);
    server_->signal(SIGKILL);
    server_->wait();
    server_.reset();
}

void redis_server::freeze() { server_->signal(SIGSTOP); }
void redis_server::thaw() { server_->signal(SIGCONT); }

std::string redis_server::command(const std::vector<std::string>& words) const {
    process_options with;
    with.arguments = {"redis-cli", "-s", address()};
    with.arguments.insert(with.arguments.end(), words.begin(), words.end());
    std::string said = run_program(with);
    while (!said.empty() && said.back() == '\n')
        said.pop_back();
    return said;
}

namespace {

const redis_server* redis_of_run() {
    if (!std::getenv("KIDEVENT_TEST_REDIS")) return nullptr;
    static const redis_server server;
    return &server;
}

} // namespace

std::optional<std::string> emptied_redis_of_run() {
    const auto* const server = redis_of_run();
    if (!server) return std::nullopt;
    server->command({"FLUSHALL"});
    return server->address();
}

int listeners_of_redis_of_run() {
    const auto* const server = redis_of_run();
    if (!server) return 0;
    const std::string listed = server->command({"CLIENT", "LIST", "TYPE", "pubsub"});
    return static_cast<int>(std::count(listed.begin(), listed.end(), '\n')) + (listed.empty() ? 0 : 1);
}

} // namespace kidevent::tests
