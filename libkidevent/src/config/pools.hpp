#pragma once
// What the pools of workers amount to: which of them answers for a group of routes, and where their workers
// listen. Pure; asked by the master, by the configuration of nginx and by the checks of settings.

#include <kidevent/settings.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::config {

// What a pool may name. Between "all" and "jobs" stand the groups of routes.
inline constexpr std::array<std::string_view, 9> pool_services{"all",       "identity",      "families",
                                                               "events",    "registrations", "notifications",
                                                               "analytics", "platform",      "jobs"};

bool names_service(const pool_settings& pool, std::string_view service);

// The pool that answers for a group of routes: the one that names it, else the one that names "all". Nullptr:
// none does. Lives as long as the pools.
const pool_settings* find_pool_of(const std::vector<pool_settings>& pools, std::string_view service);

// The pool that answers for what belongs to no group: the one that names "all", else that of "platform".
const pool_settings* find_fallback_pool(const std::vector<pool_settings>& pools);

// What is wrong with the pools together: a group of routes that nobody answers for, or that two pools name.
std::optional<std::string> problem_of_pools(const std::vector<pool_settings>& pools);

// Workers of the pool. `processors` stands for processes = 0.
std::int64_t process_count(const pool_settings& pool, std::int64_t processors);

// Name of the socket of one worker, `index` from 0 on, in fastcgi.socket_directory.
std::string socket_name(const std::string& pool, std::int64_t index);

} // namespace kidevent::config
