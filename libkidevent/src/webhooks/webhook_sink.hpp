#pragma once
// Turns events into deliveries: one for each webhook that wants it, in a transaction of its tenant. Posting
// them is the sender's business, so an address that does not answer holds up nobody's events.

#include "db/database.hpp"
#include "outbox/event_sink.hpp"
#include "tenancy/tenant_resolver.hpp"

namespace kidevent::webhooks {

class webhook_sink : public outbox::single_event_sink {
public:
    // Both must outlive it.
    webhook_sink(db::database& with, tenancy::tenant_resolver& tenants)
        : database_(with), tenants_(tenants) {}

    const std::string& name() const noexcept override { return name_; }

private:
    task<> accept(const outbox::published_event& happened) override;

    db::database& database_;
    tenancy::tenant_resolver& tenants_;
    std::string name_ = "webhooks";
};

// The body of a delivery: a CloudEvents object with the members that Standard Webhooks asks for.
std::string delivery_body(const outbox::published_event& of, const std::string& origin);

} // namespace kidevent::webhooks
