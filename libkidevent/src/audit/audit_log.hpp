#pragma once
// Writing the audit log: one statement that travels with those that did the work, so that an entry exists
// exactly when its transaction committed. Append only: PostgreSQL lets no role of ours change or remove an
// entry. Shortly after, entries are sealed into their organisation's chain (audit_sealer).
//
// Details hold ids and states: no names, no addresses, no secrets.

#include "audit/action_table.hpp"
#include "core/actor.hpp"
#include "db/platform_transaction.hpp"
#include "db/tenant_transaction.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace kidevent::audit {

// `subject` is "kind/uuid", with the kind that the action declares, or "" when it is not known; `details`
// at most 4 KiB of JSON. Adds one statement and waits for nothing. The request's id and the coarse address
// of its sender are those of the request that this thread works for. Throws std::logic_error for a subject
// of another kind.
void add_entry(db::tenant_transaction& in, const actor& by, action what, std::string_view subject,
               boost::json::object details = {});

// The same by the platform's side, into the log of an organisation or (nil) of the installation itself.
void add_operator_entry(db::platform_transaction& in, const actor& by, tenant_id about, action what,
                        std::string_view subject, boost::json::object details = {});

// Entries of the class denied are kept up to this many of each organisation and minute, by all processes
// together; those beyond are counted. At start, from audit.denied_per_minute_max.
void set_denied_per_minute_max(std::int64_t most) noexcept;
std::int64_t denied_per_minute_max() noexcept;

// "kind/uuid".
std::string subject_of(std::string_view kind, const uuid& id);

// Who acts, as it stands in the log: "account/<uuid>", "api_key/<uuid>", "support/<uuid>", "admin/<uuid>",
// "system" or "anonymous".
std::string actor_text(const actor& by);

} // namespace kidevent::audit
