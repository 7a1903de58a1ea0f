#pragma once
// How often one address, one account and one organisation may ask, whatever they ask: counted for each
// request by the pipeline, in this worker or, for what changes something, by all workers together in Redis.
// How much an organisation may ask at once, and of PostgreSQL, is for admission.

#include "core/task.hpp"
#include "core/uuid.hpp"
#include "http/admission.hpp"
#include "http/gcra_table.hpp"

#include <kidevent/response.hpp>
#include <kidevent/settings.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kidevent::redis {
class client;
}

namespace kidevent::http {

// Credentials are requests that prove something without a login: signing up and in, resetting a password.
enum class request_class { reads, writes, credentials };

// What was counted of one request.
struct limit_state {
    std::string_view policy; // "address", "account", "tenant"
    gcra_rate rate;
    gcra_verdict is;
};

class request_limits {
public:
    using instant = std::chrono::microseconds; // since the epoch: workers of several machines share it

    // The settings and the client must outlive it.
    request_limits(const rate_limit_settings& with, redis::client& shared, std::function<instant()> now);

    // Whether Redis counts it at the moment; reads never are: they cost less than asking it.
    bool is_shared(request_class of) const noexcept;

    // Counts one request in this worker. std::nullopt: there is no limit of this kind.
    std::optional<limit_state> take_address(request_class of, std::string_view address);
    std::optional<limit_state> take_account(account_id who);
    std::optional<limit_state> take_tenant(tenant_id who, const tenant_share& plan);
    // The same by all workers together; in this one when Redis does not answer.
    task<std::optional<limit_state>> take_address_together(request_class of, std::string address);
    task<std::optional<limit_state>> take_account_together(account_id who);
    task<std::optional<limit_state>> take_tenant_together(tenant_id who, tenant_share plan);

    std::size_t bytes() const noexcept { return counted_.bytes(); }

private:
    std::int64_t quota_of(request_class of) const noexcept;
    task<std::optional<gcra_verdict>> ask_redis(std::string key, gcra_rate rate);

    const rate_limit_settings& with_;
    redis::client& shared_;
    std::function<instant()> now_;
    gcra_table counted_;
};

// What a limit counts: an IPv4 address as it is, of an IPv6 address the network (/64) that its user was
// given. Anything else counts as it is written.
std::string counted_address(std::string_view address);

// RateLimit-Policy and RateLimit (structured fields, draft-ietf-httpapi-ratelimit-headers). An organisation's
// quota is its own affair: it is told only where it ends before the others do.
void append_limit_headers(std::vector<header>& to, std::span<const limit_state> counted);

} // namespace kidevent::http
