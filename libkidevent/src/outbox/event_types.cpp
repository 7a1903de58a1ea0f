#include "outbox/event_types.hpp"

#include <algorithm>
#include <array>

namespace kidevent::outbox {

namespace {

constexpr event_type table[] = {
    {event_kind::account_created, "com.kidevent.account.created.v1", "user.registered", "accounts",
     "account_id role", audience::staff, "Somebody signed up, or an account was made for them", ""},
    {event_kind::account_updated, "com.kidevent.account.updated.v1", "user.updated", "accounts",
     "account_id role state", audience::staff,
     "An account's role or limits changed, or it was disabled (state `disabled`) or enabled (`active`)", ""},
    {event_kind::household_joined, "com.kidevent.household.joined.v1", "household.joined", "households",
     "household_id account_id", audience::household, "Another guardian joined the household", ""},
    {event_kind::event_created, "com.kidevent.event.created.v1", "event.created", "events",
     "event_id state sessions", audience::everyone_once_published,
     "An event was created, a draft unless it was imported as published, with that many sessions", ""},
    {event_kind::event_updated, "com.kidevent.event.updated.v1", "event.updated", "events", "event_id state",
     audience::everyone_once_published, "An event's own fields changed", ""},
    {event_kind::event_published, "com.kidevent.event.published.v1", "event.published", "events",
     "event_id state", audience::everyone, "An event was published", ""},
    {event_kind::event_cancelled, "com.kidevent.event.cancelled.v1", "event.cancelled", "events",
     "event_id state", audience::everyone_once_published,
     "An event was cancelled; state is what it was before", ""},
    {event_kind::session_created, "com.kidevent.session.created.v1", "session.created", "sessions",
     "session_id event_id state", audience::everyone_once_published,
     "An event got one more session; state is the event's", ""},
    {event_kind::session_updated, "com.kidevent.session.updated.v1", "session.updated", "sessions",
     "session_id event_id state moved", audience::everyone_once_published,
     "A session's time, capacity, ages or price changed; state is the event's, moved whether it was the time",
     ""},
    {event_kind::registration_created, "com.kidevent.registration.created.v1", "registration.completed",
     "registrations", "registration_id session_id event_id child_id household_id", audience::household,
     "A child got a place in a session", ""},
    {event_kind::registration_cancelled, "com.kidevent.registration.cancelled.v1", "registration.cancelled",
     "registrations", "registration_id session_id event_id child_id household_id", audience::household,
     "A registration was cancelled and its place is free again", ""},
    {event_kind::child_created, "com.kidevent.child.created.v1", "child.created", "children",
     "child_id household_id", audience::household, "A household added a child", ""},
    {event_kind::child_updated, "com.kidevent.child.updated.v1", "child.updated", "children",
     "child_id household_id", audience::household, "A child's name or birth date changed", ""},
    {event_kind::child_removed, "com.kidevent.child.removed.v1", "child.removed", "children",
     "child_id household_id", audience::household, "A household removed a child", ""},
    {event_kind::payment_processed, "com.kidevent.payment.processed.v1", "payment.processed", "payments",
     "payment_id registration_id household_id", audience::household, "A payment arrived",
     "there are no payments yet"},
    {event_kind::tenant_created, "com.kidevent.tenant.created.v1", "tenant.created", "tenants", "tenant_id",
     audience::operators, "An organisation was provisioned", ""},
    {event_kind::tenant_updated, "com.kidevent.tenant.updated.v1", "tenant.updated", "tenants", "tenant_id",
     audience::operators, "An organisation got other values", ""},
    {event_kind::tenant_suspended, "com.kidevent.tenant.suspended.v1", "tenant.suspended", "tenants",
     "tenant_id", audience::operators, "An organisation was suspended", ""},
    {event_kind::tenant_resumed, "com.kidevent.tenant.resumed.v1", "tenant.resumed", "tenants", "tenant_id",
     audience::operators, "A suspended organisation goes on", ""},
    {event_kind::deployment_completed, "com.kidevent.deployment.completed.v1", "deployment.completed",
     "deployments", "deployment_id version", audience::operators,
     "A version of the product was deployed to the installation", ""},
};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < std::size(table); ++i)
        if (table[i].kind != static_cast<event_kind>(i)) return false;
    return std::size(table) == static_cast<std::size_t>(event_kind::deployment_completed) + 1;
}
static_assert(is_in_order(), "type_of() looks rows up by the kind's number");

constexpr std::string_view introduction = R"(# Domain events

This file is written by `kidevent outbox types`; a test compares the two.

What happens in an organisation is written down as an event, in the transaction in which it happens: no event without the
change, no change without the event. A relay then hands every event to its receivers, at least once, in order for each
subject, as [CloudEvents 1.0](https://cloudevents.io) in JSON:

```json
{
  "specversion": "1.0",
  "id": "019ac0de-0000-7000-8000-000000000001",
  "source": "https://museum.kidevent.example",
  "type": "com.kidevent.registration.created.v1",
  "subject": "registrations/019ac0de-0000-7000-8000-0000000000aa",
  "time": "2026-07-01T09:00:00Z",
  "datacontenttype": "application/json",
  "tenantid": "019ac0de-0000-7000-8000-0000000000bb",
  "sequence": "00000000000000000042",
  "data": {"registration_id": "..", "session_id": "..", "event_id": "..", "child_id": "..", "household_id": ".."}
}
```

- `id` is the same however often an event is delivered: a receiver that remembers ids handles each event once.
- `source` is the organisation's origin, or that of the platform for what belongs to no organisation.
- `sequence` grows with the order of publication. It has gaps.
- `traceparent` names the request that made the change (W3C Trace Context); it is absent when no request did.
- `data` holds identifiers and states and nothing about a person; who needs more asks the API, which checks who is asking.
- A type's last part is its version. Members may be added to `data` within a version.

"Seen by" is who may see an event in a stream. Staff see everything that households see, a household sees what is about
itself, and "everyone once published" is for staff alone while `state` is `draft`. Webhooks get every event of their
organisation but the operators'. Whoever runs the installation can have all of them in Redis or Kafka ([sinks](sinks.md)).

| Type | Also called | Subject | Members of `data` | Seen by | Meaning |
|---|---|---|---|---|---|
)";

std::string members_cell(std::string_view members) {
    std::string cell;
    for (std::size_t at = 0; at < members.size();) {
        const auto end = std::min(members.find(' ', at), members.size());
        cell += (cell.empty() ? "`" : ", `") + std::string{members.substr(at, end - at)} + "`";
        at = end + 1;
    }
    return cell;
}

} // namespace

std::span<const event_type> all_event_types() noexcept { return table; }

const event_type& type_of(event_kind kind) noexcept { return table[static_cast<std::size_t>(kind)]; }

const event_type* find_event_type(std::string_view name) noexcept {
    const auto* const found = std::find_if(std::begin(table), std::end(table),
                                           [name](const auto& row) { return row.name == name; });
    return found == std::end(table) ? nullptr : found;
}

std::string_view to_text(audience of) noexcept {
    switch (of) {
    case audience::everyone: return "everyone";
    case audience::everyone_once_published: return "everyone once published";
    case audience::household: return "the household";
    case audience::staff: return "staff";
    case audience::operators: return "operators";
    }
    return "";
}

std::string events_reference() {
    std::string text{introduction};
    for (const event_type& row : table) {
        text += "| `" + std::string{row.name} + "` | " + std::string{row.alias} + " | `"
                + std::string{row.subject} + "/{id}` | " + members_cell(row.members) + " | "
                + std::string{to_text(row.seen_by)} + " | " + std::string{row.meaning};
        if (!row.no_producer.empty()) text += " (declared: " + std::string{row.no_producer} + ")";
        text += " |\n";
    }
    return text;
}

} // namespace kidevent::outbox
