#include "config/pools.hpp"

#include <algorithm>
#include <span>

namespace kidevent::config {

namespace {

constexpr std::span<const std::string_view> route_groups() {
    return std::span{pool_services}.subspan(1, pool_services.size() - 2);
}

const pool_settings* find_naming(const std::vector<pool_settings>& pools, std::string_view service) {
    const auto found = std::find_if(pools.begin(), pools.end(),
                                    [service](const auto& each) { return names_service(each, service); });
    return found == pools.end() ? nullptr : &*found;
}

} // namespace

bool names_service(const pool_settings& pool, std::string_view service) {
    return std::find(pool.services.begin(), pool.services.end(), service) != pool.services.end();
}

const pool_settings* find_pool_of(const std::vector<pool_settings>& pools, std::string_view service) {
    const auto* const naming = find_naming(pools, service);
    return naming ? naming : find_naming(pools, "all");
}

const pool_settings* find_fallback_pool(const std::vector<pool_settings>& pools) {
    const auto* const for_all = find_naming(pools, "all");
    return for_all ? for_all : find_naming(pools, "platform");
}

std::optional<std::string> problem_of_pools(const std::vector<pool_settings>& pools) {
    for (const std::string_view each : route_groups())
        if (!find_pool_of(pools, each)) return "no pool has the service " + std::string{each} + ", nor all";
    for (const std::string_view each : pool_services) {
        const auto* const first = find_naming(pools, each);
        if (!first || each == "jobs") continue;
        for (const pool_settings& other : pools)
            if (&other != first && names_service(other, each))
                return "the pools " + first->name + " and " + other.name + " both have the service "
                       + std::string{each};
    }
    return std::nullopt;
}

std::int64_t process_count(const pool_settings& pool, std::int64_t processors) {
    return pool.processes == 0 ? std::max<std::int64_t>(processors, 1) : pool.processes;
}

std::string socket_name(const std::string& pool, std::int64_t index) {
    return pool + "-" + std::to_string(index) + ".sock";
}

} // namespace kidevent::config
