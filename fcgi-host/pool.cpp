#include "pool.hpp"

#include "scoreboard.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace kidevent::host {
namespace {

bool is_file_name(const std::string& name) {
    return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

} // namespace

std::vector<seat_name> list_seats(const fastcgi_settings& from, std::int64_t processors) {
    std::vector<seat_name> seats;
    std::set<std::string> names;
    for (const auto& pool : from.pools) {
        if (!is_file_name(pool.name))
            throw std::runtime_error("fastcgi.pools: the name \"" + pool.name
                                     + "\" must be 1 to 40 of a-z, 0-9, _ and -");
        if (!names.insert(pool.name).second)
            throw std::runtime_error("fastcgi.pools: the name \"" + pool.name + "\" is used twice");
        const auto processes = config::process_count(pool, processors);
        // Half of the slots: a reload runs two workers on each seat.
        if (processes < 0 || static_cast<std::size_t>(processes) + seats.size() > scoreboard::slots_max / 2)
            throw std::runtime_error("fastcgi.pools: at most " + std::to_string(scoreboard::slots_max / 2)
                                     + " processes in all pools");
        for (std::int64_t index = 0; index < processes; ++index)
            seats.push_back({pool.name, index});
    }
    if (seats.empty()) throw std::runtime_error("fastcgi.pools: at least one pool is needed");
    return seats;
}

const pool_settings& get_pool(const fastcgi_settings& from, const std::string& name) {
    for (const auto& pool : from.pools)
        if (pool.name == name) return pool;
    throw std::runtime_error("fastcgi.pools: there is no pool \"" + name + "\"");
}

bool serves_jobs(const pool_settings& pool) { return config::names_service(pool, "jobs"); }

} // namespace kidevent::host
