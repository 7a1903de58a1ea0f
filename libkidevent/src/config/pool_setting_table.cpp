#include "config/pools.hpp"
#include "config/setting_checks.hpp"
#include "config/setting_rules.hpp"
#include "config/setting_table.hpp"

namespace kidevent::config {

namespace {

template<auto Member> value_pointer in_pool(pool_settings& pool) { return &(pool.*Member); }

constexpr pool_setting rows[] = {
    {"name", in_pool<&pool_settings::name>, checked(1, 32, problem_of_pool_name),
     "Name of the pool, part of its sockets' names; each pool has its own"},
    {"processes", in_pool<&pool_settings::processes>, count(0, 1024),
     "Worker processes; 0 is one for each processor"},
    {"services",
     in_pool<&pool_settings::services>,
     {.min = 1, .max = std::size(pool_services), .choices = pool_services},
     "What the pool does: answer for these groups of routes (all: for every one that no other pool names), "
     "or run background work (jobs)"},
};

} // namespace

std::span<const pool_setting> pool_setting_table() { return rows; }

} // namespace kidevent::config
