#pragma once
// Finds the tenant that answers on a host, and is the only maker of tenant handles. Keeps what it found in
// memory for as long as PostgreSQL's announcements of changes are being heard.

#include "core/result.hpp"
#include "core/task.hpp"
#include "tenancy/tenant.hpp"

#include <kidevent/settings.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kidevent::db {
class database;
class row;
} // namespace kidevent::db

namespace kidevent::tenancy {

using tenant_ptr = std::shared_ptr<const tenant>;

// Scheme, host and port of the organisation as browsers write them in Origin.
std::string canonical_origin(const http_settings& with, std::string_view slug);

class tenant_resolver {
public:
    // Both must outlive it.
    tenant_resolver(db::database& with, const http_settings& settings);

    // `host` is normalised (see http/host.hpp). Errors: unknown_host, tenant_suspended. Throws db_error.
    task<result<tenant_ptr>> resolve_host(std::string host);
    task<result<tenant_ptr>> resolve_slug(std::string slug);
    // Without a suspension point, when the answer is remembered.
    std::optional<result<tenant_ptr>> find_remembered(std::string_view host) const;

    // True for the host of the platform's own API, admin.<base domain>.
    bool is_platform_host(std::string_view host) const noexcept { return host == platform_host_; }
    std::string origin_of(std::string_view slug) const { return canonical_origin(settings_, slug); }

    // "" forgets everything. Called for every announcement, and when a capability was refused.
    void forget(std::string_view slug);

private:
    enum class standing { known, unknown, suspended };
    struct entry {
        standing is;
        tenant_ptr found;
    };
    static result<tenant_ptr> answer_of(const entry& remembered);
    entry read_entry(const db::row& found) const;

    db::database& database_;
    const http_settings& settings_;
    std::string platform_host_;
    std::unordered_map<std::string, entry> by_slug_;
    std::uint64_t generation_ =
        0; // counts announcements: what was asked before one is not remembered after it
};

} // namespace kidevent::tenancy
