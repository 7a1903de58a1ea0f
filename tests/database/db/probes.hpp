#pragma once
// Statements with which the tests of db/ look at a connection from the inside. Prepared on every connection
// of the app role, as the product's own are.

#include "db/query.hpp"

namespace kidevent::tests {

// A role that no pool has: its statements are prepared only where a test asks for them.
inline constexpr auto test_only = static_cast<db::connection_role>(100);

inline const db::query probe_context{"probe.context",
                                     "select coalesce(current_setting('kidevent.tenant_id', true), '')"};
inline const db::query probe_backend{"probe.backend", "select pg_backend_pid()"};
inline const db::query probe_sleep{"probe.sleep", "select pg_sleep($1)::text"};
inline const db::query probe_divide{"probe.divide", "select 10 / $1::integer"};
inline const db::query probe_emails{"probe.emails", "select email from accounts order by email"};
inline const db::query probe_households{"probe.households", "select id from households order by id"};
inline const db::query probe_insert_household{"probe.insert_household",
                                              "insert into households (tenant_id, id) values ($1, $2)"};
inline const db::query probe_lock_account{"probe.lock_account",
                                          "select id from accounts order by id limit 1 for update"};
inline const db::query probe_transaction{"probe.transaction", "select now()"};
inline const db::query probe_number{"probe.number", "select $1::integer"};

} // namespace kidevent::tests
