#include "jobs/job_claims.hpp"

namespace kidevent::jobs {

namespace {

using db::connection_role;

const db::query claim_jobs{"jobs.claim", R"sql(
    select tenant_id, id, kind, payload, attempts, attempts_max, token, run_at, secret
    from platform.claim_jobs($1, $2, $3 * interval '1 millisecond', $4)
)sql",
                           connection_role::jobs};

const db::query extend_leases{"jobs.extend",
                              "select platform.extend_leases($1, $2, $3, $4 * interval '1 millisecond')",
                              connection_role::jobs};

const db::query finish_jobs{"jobs.finish", "select platform.finish_jobs($1, $2, $3)", connection_role::jobs};

const db::query fail_job{"jobs.fail", R"sql(
    select platform.fail_job($1, $2, $3, $4, $5 * interval '1 millisecond', $6)
)sql",
                         connection_role::jobs};

const db::query sweep_leases{"jobs.sweep", "select ready, dead from platform.sweep_leases()",
                             connection_role::jobs};

const db::query fire_schedule{"jobs.fire", "select platform.fire_schedule($1, $2, $3, $4, $5, $6)",
                              connection_role::jobs};

struct columns {
    std::vector<uuid> tenants;
    std::vector<uuid> ids;
    std::vector<std::int64_t> tokens;
};

columns columns_of(const std::vector<held_job>& jobs) {
    columns made;
    for (const held_job& each : jobs) {
        made.tenants.push_back(each.tenant.value);
        made.ids.push_back(each.id.value);
        made.tokens.push_back(each.token);
    }
    return made;
}

} // namespace

db::pending_rows add_claim(db::jobs_transaction& in, const std::string& holder, int wanted,
                           std::chrono::milliseconds lease, std::optional<tenant_id> after) {
    return in.add(claim_jobs, holder, wanted, std::int64_t{lease.count()}, after);
}

claimed_job read_claimed(const db::row& from) {
    return {from.get<tenant_id>(0), from.get<job_id>(1), from.get<std::string>(2),  from.get<std::string>(3),
            from.get<int>(4),       from.get<int>(5),    from.get<std::int64_t>(6), from.get<timestamp>(7)};
}

std::optional<secret> read_capability(const db::row& from) {
    if (from.is_null(8)) return std::nullopt;
    return secret{"\\x" + from.get<std::string>(8)};
}

db::pending_rows add_finish(db::jobs_transaction& in, const std::vector<held_job>& done) {
    const columns of = columns_of(done);
    return in.add(finish_jobs, of.tenants, of.ids, of.tokens);
}

db::pending_rows add_fail(db::jobs_transaction& in, const ended_without_success& of) {
    std::optional<std::int64_t> pause;
    if (of.pause) pause = of.pause->count();
    return in.add(fail_job, of.job.tenant, of.job.id, of.job.token, of.error, pause, of.counted);
}

db::pending_rows add_extend(db::jobs_transaction& in, const std::vector<held_job>& running,
                            std::chrono::milliseconds lease) {
    const columns of = columns_of(running);
    return in.add(extend_leases, of.tenants, of.ids, of.tokens, std::int64_t{lease.count()});
}

db::pending_rows add_sweep(db::jobs_transaction& in) { return in.add(sweep_leases); }

db::pending_rows add_fire(db::jobs_transaction& in, std::string_view schedule, timestamp slot,
                          const job_rule& what, bool for_each_tenant) {
    return in.add(fire_schedule, schedule, slot, what.name, for_each_tenant, what.priority,
                  what.attempts_max);
}

} // namespace kidevent::jobs
