#pragma once
// Every kind of domain event in one table: producers name a kind and nothing else, docs/events.md is printed
// from it, and whoever shows events to people asks it who may see them.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kidevent::outbox {

enum class event_kind {
    account_created,
    account_updated,
    household_joined,
    event_created,
    event_updated,
    event_published,
    event_cancelled,
    session_created,
    session_updated,
    registration_created,
    registration_cancelled,
    child_created,
    child_updated,
    child_removed,
    payment_processed,
    tenant_created,
    tenant_updated,
    tenant_suspended,
    tenant_resumed,
    deployment_completed,
};

// Who may see an event in a stream; staff see what households see. Operators' events are not an
// organisation's.
enum class audience { everyone, everyone_once_published, household, staff, operators };

struct event_type {
    event_kind kind;
    std::string_view name;    // the CloudEvents type
    std::string_view alias;   // what the product's plans call it
    std::string_view subject; // the aggregate: first part of the CloudEvents subject, before its id
    std::string_view members; // of data, separated by blanks: ids and states, nothing about a person
    audience seen_by;
    std::string_view meaning;
    std::string_view no_producer; // why nobody makes it yet; "" for all others
};

// In the order of the enumeration.
std::span<const event_type> all_event_types() noexcept;
const event_type& type_of(event_kind kind) noexcept;
const event_type* find_event_type(std::string_view name) noexcept;

std::string_view to_text(audience of) noexcept;

// The text of docs/events.md.
std::string events_reference();

} // namespace kidevent::outbox
