#pragma once
// The rows of registrations of one tenant.

#include "core/actor.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "registrations/registration.hpp"

namespace kidevent::registrations {

// Registrations that take up one of the wished places already.
db::pending_rows add_find_taken(db::tenant_transaction& in, const std::vector<place>& wished);
std::vector<place> read_places(const db::result_set& found);
// Price and currency come from the sessions.
void add_insert_registrations(db::tenant_transaction& in, const std::vector<registration>& made,
                              account_id by);

// Newest first.
db::pending_rows add_list_of_household(db::tenant_batch& in, household_id of,
                                       const std::optional<registration_id>& before, int limit);
// Staff find every registration, a guardian the household's own.
db::pending_rows add_find(db::tenant_batch& in, const actor& acting, registration_id id);
db::pending_rows add_find(db::tenant_transaction& in, const actor& acting, registration_id id);
std::vector<registration> read_registrations(const db::result_set& found);

// No row changes when it was cancelled already.
db::pending_rows add_cancel(db::tenant_transaction& in, registration_id id, account_id by);

db::pending_rows add_list_roster(db::tenant_transaction& in, session_id of,
                                 const std::optional<registration_id>& after, int limit);
std::vector<roster_line> read_roster(const db::result_set& found);

} // namespace kidevent::registrations
