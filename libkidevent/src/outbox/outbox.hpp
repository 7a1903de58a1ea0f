#pragma once
// Writing domain events: one statement that travels with those that did the work, so that an event exists
// exactly when its transaction committed. Called by the domains' services; reading and relaying is
// published_event and relay.

#include "db/platform_transaction.hpp"
#include "db/tenant_transaction.hpp"
#include "outbox/event_types.hpp"

#include <boost/json/object.hpp>

namespace kidevent::outbox {

struct new_event {
    event_kind kind;
    uuid subject; // of the aggregate. Events of one aggregate are ordered when the transactions that
                  // write them hold a lock on it first, as all changes of rows here do.
    boost::json::object data; // exactly the members that the kind declares
};

// Both write the trace of the request that this thread works for along; see core/spans.hpp. They throw
// std::logic_error when `data` is not what the kind declares.
void add_event(db::tenant_transaction& in, const new_event& happened);
// For what operators do, to a tenant or (null) to the installation.
void add_operator_event(db::platform_transaction& in, std::optional<tenant_id> about,
                        const new_event& happened);

} // namespace kidevent::outbox
