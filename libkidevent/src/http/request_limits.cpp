#include "http/request_limits.hpp"

#include "redis/client.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <type_traits>

namespace kidevent::http {

namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr microseconds window = 1min;
constexpr std::string_view of_addresses = "address";
constexpr std::string_view of_accounts = "account";
constexpr std::string_view of_tenants = "tenant";

// The sum of gcra_table::take, by Redis' clock. An instant further away than the window can only be damage.
const std::string script = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, allowance = tonumber(ARGV[1]), tonumber(ARGV[2])
local before = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
before = math.min(math.max(before, now), now + allowance)
local after = before + interval
if after - now > allowance then return {0, before - now} end
redis.call('SET', KEYS[1], string.format('%d', after), 'PX', math.ceil((after - now) / 1000))
return {1, after - now}
)lua";

gcra_rate rate_of(std::int64_t quota) { return {quota, window}; }

// A plan's burst at once, and then so many a second.
std::optional<gcra_rate> rate_of(const tenant_share& plan) {
    if (plan.requests_per_second == 0) return std::nullopt;
    const std::int64_t burst = std::max(plan.requests_burst, 1);
    return gcra_rate{burst, microseconds{1s} * burst / plan.requests_per_second};
}

std::string address_key(request_class of, std::string_view address) {
    return std::to_string(static_cast<int>(of)) + counted_address(address);
}

std::string_view bytes_of(const uuid& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

// Another plan is another count: what was used up under the one before is not owed under this one.
struct tenant_key {
    tenant_key(tenant_id who, const gcra_rate& under)
        : id(who.value), quota(under.quota), window(under.window.count()) {}
    std::string_view bytes() const { return {reinterpret_cast<const char*>(this), sizeof *this}; }

    uuid id;
    std::int64_t quota;
    std::int64_t window;
};
static_assert(std::has_unique_object_representations_v<tenant_key>);

std::string tenant_text(tenant_id who, const gcra_rate& under) {
    return to_string(who.value) + ':' + std::to_string(under.quota) + '/'
           + std::to_string(under.window.count());
}

std::int64_t seconds_up(microseconds of) { return std::chrono::ceil<std::chrono::seconds>(of).count(); }

} // namespace

request_limits::request_limits(const rate_limit_settings& with, redis::client& shared,
                               std::function<instant()> now)
    : with_(with), shared_(shared), now_(std::move(now)), counted_(static_cast<std::size_t>(with.keys_max)) {}

bool request_limits::is_shared(request_class of) const noexcept {
    return of != request_class::reads && with_.shared == "redis" && shared_.is_up();
}

std::int64_t request_limits::quota_of(request_class of) const noexcept {
    switch (of) {
    case request_class::reads: return with_.reads_per_minute_per_address;
    case request_class::writes: return with_.writes_per_minute_per_address;
    case request_class::credentials: return with_.credentials_per_minute_per_address;
    }
    return 0;
}

std::optional<limit_state> request_limits::take_address(request_class of, std::string_view address) {
    const auto quota = quota_of(of);
    if (quota == 0) return std::nullopt;
    return limit_state{of_addresses, rate_of(quota),
                       counted_.take(address_key(of, address), rate_of(quota), now_())};
}

std::optional<limit_state> request_limits::take_account(account_id who) {
    const auto quota = with_.requests_per_minute_per_account;
    if (quota == 0) return std::nullopt;
    return limit_state{of_accounts, rate_of(quota),
                       counted_.take(bytes_of(who.value), rate_of(quota), now_())};
}

std::optional<limit_state> request_limits::take_tenant(tenant_id who, const tenant_share& plan) {
    const auto rate = rate_of(plan);
    if (!rate) return std::nullopt;
    return limit_state{of_tenants, *rate, counted_.take(tenant_key(who, *rate).bytes(), *rate, now_())};
}

task<std::optional<limit_state>> request_limits::take_address_together(request_class of,
                                                                       std::string address) {
    const auto quota = quota_of(of);
    if (quota == 0) co_return std::nullopt;
    auto asking = ask_redis("a:" + address_key(of, address), rate_of(quota));
    const auto told = co_await asking;
    if (!told) co_return take_address(of, address);
    co_return limit_state{of_addresses, rate_of(quota), *told};
}

task<std::optional<limit_state>> request_limits::take_account_together(account_id who) {
    const auto quota = with_.requests_per_minute_per_account;
    if (quota == 0) co_return std::nullopt;
    auto asking = ask_redis("p:" + to_string(who.value), rate_of(quota));
    const auto told = co_await asking;
    if (!told) co_return take_account(who);
    co_return limit_state{of_accounts, rate_of(quota), *told};
}

task<std::optional<limit_state>> request_limits::take_tenant_together(tenant_id who, tenant_share plan) {
    const auto rate = rate_of(plan);
    if (!rate) co_return std::nullopt;
    auto asking = ask_redis("t:" + tenant_text(who, *rate), *rate);
    const auto told = co_await asking;
    if (!told) co_return take_tenant(who, plan);
    co_return limit_state{of_tenants, *rate, *told};
}

task<std::optional<gcra_verdict>> request_limits::ask_redis(std::string key, gcra_rate rate) {
    auto asking =
        shared_.command({"EVAL", script, "1", "kidevent:1:limit:" + key,
                         std::to_string(rate.interval().count()), std::to_string(rate.allowance().count())});
    const auto told = co_await asking;
    const bool is_pair = told && told->is == redis::reply::kind::array && told->items.size() == 2
                         && told->items[0].is == redis::reply::kind::integer
                         && told->items[1].is == redis::reply::kind::integer;
    if (!is_pair) co_return std::nullopt;
    co_return verdict_of(rate, told->items[0].number == 1, microseconds{told->items[1].number});
}

std::string counted_address(std::string_view address) {
    constexpr std::size_t network_bytes = 8;
    std::string text{address};
    in6_addr parsed{};
    if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return text;
    // ::ffff:192.0.2.1 is an IPv4 address in other clothes.
    if (IN6_IS_ADDR_V4MAPPED(&parsed)) {
        char ipv4[INET_ADDRSTRLEN] = {};
        ::inet_ntop(AF_INET, &parsed.s6_addr[12], ipv4, sizeof ipv4);
        return ipv4;
    }
    return std::string(reinterpret_cast<const char*>(parsed.s6_addr), network_bytes);
}

void append_limit_headers(std::vector<header>& to, std::span<const limit_state> counted) {
    std::string policies;
    std::string left;
    for (const limit_state& each : counted) {
        const auto ends_before = [&each](const limit_state& other) {
            return other.is.remaining < each.is.remaining;
        };
        if (each.policy == of_tenants && std::any_of(counted.begin(), counted.end(), ends_before)) continue;
        const std::string name = (policies.empty() ? "\"" : ", \"") + std::string{each.policy} + '"';
        policies += name + ";q=" + std::to_string(each.rate.quota)
                    + ";w=" + std::to_string(seconds_up(each.rate.window));
        left += name + ";r=" + std::to_string(each.is.remaining)
                + ";t=" + std::to_string(seconds_up(each.is.allowed ? each.is.full_in : each.is.retry_in));
    }
    if (policies.empty()) return;
    to.push_back({"RateLimit-Policy", std::move(policies)});
    to.push_back({"RateLimit", std::move(left)});
}

} // namespace kidevent::http
