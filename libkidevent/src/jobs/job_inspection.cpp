#include "jobs/job_inspection.hpp"

#include "db/platform_transaction.hpp"

namespace kidevent::jobs {

namespace {

using db::connection_role;

const db::query list_query{"jobs.list", R"sql(
    select id, slug, kind, state, priority, run_at, attempts, attempts_max, held_by, lease_until, last_error,
           failed_at, created_at, unique_key, payload
    from platform.list_jobs($1, $2, $3, $4, $5)
)sql",
                           connection_role::platform};

const db::query retry_query{"jobs.retry", "select platform.retry_job($1)", connection_role::platform};
const db::query cancel_query{"jobs.cancel", "select platform.cancel_job($1)", connection_role::platform};
const db::query count_query{"jobs.count", "select kind, state, jobs, oldest from platform.count_jobs()",
                            connection_role::platform};

job_record read_job(const db::row& from) {
    return {from.get<job_id>(0),
            from.get<std::optional<std::string>>(1),
            from.get<std::string>(2),
            from.get<std::string>(3),
            from.get<int>(4),
            from.get<timestamp>(5),
            from.get<int>(6),
            from.get<int>(7),
            from.get<std::optional<std::string>>(8),
            from.get<std::optional<timestamp>>(9),
            from.get<std::optional<std::string>>(10),
            from.get<std::optional<timestamp>>(11),
            from.get<timestamp>(12),
            from.get<std::optional<std::string>>(13),
            from.get<std::string>(14)};
}

} // namespace

task<std::vector<job_record>> list_jobs(db::database& with, job_filter wanted) {
    auto beginning = db::platform_transaction::begin(with);
    auto reading = co_await beginning;
    const auto found =
        reading.add(list_query, wanted.state, wanted.kind, wanted.slug, wanted.id, wanted.limit);
    auto done = reading.commit();
    co_await done;
    std::vector<job_record> listed;
    for (const db::row each : found.rows())
        listed.push_back(read_job(each));
    co_return listed;
}

task<std::optional<std::string>> retry_job(db::database& with, job_id id) {
    auto beginning = db::platform_transaction::begin(with);
    auto changing = co_await beginning;
    const auto before = changing.add(retry_query, id);
    auto done = changing.commit();
    co_await done;
    co_return before.rows().front().get<std::optional<std::string>>(0);
}

task<std::optional<std::string>> cancel_job(db::database& with, job_id id) {
    auto beginning = db::platform_transaction::begin(with);
    auto changing = co_await beginning;
    const auto before = changing.add(cancel_query, id);
    auto done = changing.commit();
    co_await done;
    co_return before.rows().front().get<std::optional<std::string>>(0);
}

task<std::vector<job_count>> count_jobs(db::database& with) {
    auto beginning = db::platform_transaction::begin(with);
    auto counting = co_await beginning;
    const auto found = counting.add(count_query);
    auto done = counting.commit();
    co_await done;
    std::vector<job_count> counts;
    for (const db::row each : found.rows())
        counts.push_back({each.get<std::string>(0), each.get<std::string>(1), each.get<std::int64_t>(2),
                          each.get<timestamp>(3)});
    co_return counts;
}

} // namespace kidevent::jobs
