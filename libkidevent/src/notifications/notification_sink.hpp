#pragma once
// Turns what happens into messages: for each event that somebody is to be told of, those messages are planned
// in a transaction of its organisation. It bears being given an event twice.

#include "notifications/notification_plan.hpp"
#include "outbox/event_sink.hpp"
#include "tenancy/tenant_resolver.hpp"

namespace kidevent::notifications {

class notification_sink : public outbox::single_event_sink {
public:
    // All must outlive it.
    notification_sink(const planning& by, tenancy::tenant_resolver& tenants)
        : planning_(by), tenants_(tenants) {}

    const std::string& name() const noexcept override { return name_; }

private:
    task<> accept(const outbox::published_event& happened) override;

    planning planning_;
    tenancy::tenant_resolver& tenants_;
    std::string name_ = "notifications";
};

} // namespace kidevent::notifications
