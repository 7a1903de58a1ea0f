#pragma once
// Which workers an installation wants, from its settings: the seats of all pools. Pure; used by the
// supervisor at start and at each reload, and by the worker to find its own pool.

#include "config/pools.hpp"

#include <kidevent/settings.hpp>

#include <compare>
#include <string>
#include <vector>

namespace kidevent::host {

// The place of one worker in a pool; its socket is <pool>-<index>.sock.
struct seat_name {
    std::string pool;
    std::int64_t index = 0; // from 0

    std::string socket() const { return config::socket_name(pool, index); }
    auto operator<=>(const seat_name&) const = default;
};

// In the order of the settings. `processors` stands for processes = 0. Throws std::runtime_error
// when a pool's name is repeated or cannot be a file name, or there are more workers than slots.
std::vector<seat_name> list_seats(const fastcgi_settings& from, std::int64_t processors);

// Throws std::runtime_error when there is no pool of that name.
const pool_settings& get_pool(const fastcgi_settings& from, const std::string& name);

// Whether the pool's workers run background work.
bool serves_jobs(const pool_settings& pool);

} // namespace kidevent::host
