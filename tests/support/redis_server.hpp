#pragma once
// A throw-away Redis on a unix socket in a temporary directory, gone when the object goes. For tests only.

#include "support/process.hpp"
#include "support/temporary_directory.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kidevent::tests {

class redis_server {
public:
    // `options` as on redis-server's command line, e.g. {"--maxmemory", "2mb"}. Throws std::runtime_error.
    explicit redis_server(std::vector<std::string> options = {});
    ~redis_server();

    // As redis.address takes it.
    std::string address() const { return (directory_ / "redis.sock").string(); }

    void stop();
    // Returns when it answers. Empty afterwards: nothing is kept on disk.
    void start();
    // It holds still (SIGSTOP, SIGCONT): connections stay open and nobody answers.
    void freeze();
    void thaw();
    // What redis-cli prints, without the last line break.
    std::string command(const std::vector<std::string>& words) const;

private:
    std::vector<std::string> options_;
    temporary_directory directory_;
    std::optional<process> server_;
};

// The address of the Redis that every platform of this run is to use, emptied: tests copy their databases, so
// the same tenants come again with other rows. None unless KIDEVENT_TEST_REDIS is set, as in the second run
// of some folders (scripts/test.sh).
std::optional<std::string> emptied_redis_of_run();
// How many connections listen to its channels; 0 when there is none.
int listeners_of_redis_of_run();

} // namespace kidevent::tests
