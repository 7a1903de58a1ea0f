#pragma once
// The proof that code may act inside one tenant. Only the tenant resolver and the job runner make one; the
// transactions and batches of db/ demand one, so a query without a tenant does not compile.

#include "core/secret.hpp"
#include "core/uuid.hpp"

namespace kidevent {

namespace tenancy {
class tenant_resolver;
}
namespace jobs {
class job_runner;
}

class tenant_handle {
public:
    tenant_id id() const noexcept { return id_; }
    // What tenancy.enter() takes: bytea in PostgreSQL's hexadecimal text form.
    const secret& capability() const noexcept { return capability_; }

private:
    friend class tenancy::tenant_resolver;
    friend class jobs::job_runner;
    tenant_handle(tenant_id id, secret capability) : id_(id), capability_(std::move(capability)) {}

    tenant_id id_;
    secret capability_;
};

} // namespace kidevent
