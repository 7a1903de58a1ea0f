#pragma once
// A domain event as its receivers get it, and its CloudEvents form. Made by the relay; read by sinks,
// webhooks and streams.

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "db/tenant_batch.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kidevent::outbox {

struct published_event {
    std::int64_t position; // grows with the order of publication; what is seen never gets a new one before it
    uuid id;               // the same at every delivery
    std::optional<tenant_id> tenant; // none: about the installation
    std::string slug;                // the tenant's; "" without one
    std::string type;
    std::string subject;
    std::string data; // a JSON object
    std::string traceparent;
    timestamp created_at;
};

// A CloudEvents 1.0 object. `origin` is the source: the tenant's, or the platform's.
boost::json::object make_cloud_event(const published_event& of, const std::string& origin);
std::string to_cloud_event(const published_event& of, const std::string& origin);

// The tenant's events after a position, oldest first. Travels with the batch.
db::pending_rows add_list_events(db::tenant_batch& in, std::int64_t after, int limit);
std::vector<published_event> read_events(const db::result_set& found, tenant_id at, const std::string& slug);

// One row: the position of the tenant's latest event, 0 when there is none. Looks at all that are kept.
db::pending_rows add_last_position(db::tenant_batch& in);

// What PostgreSQL announces when events were published: positions, and whose they are.
struct announcement {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::vector<tenant_id> tenants;
    bool is_complete =
        false; // false: somebody else's events may be among them, or some were missed; ask for all
};
// Takes the payload of the notification; what it does not understand is an incomplete announcement.
announcement parse_announcement(std::string_view payload);

} // namespace kidevent::outbox
