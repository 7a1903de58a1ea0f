#include "tenancy/plan.hpp"

#include "audit/audit_log.hpp"
#include "db/platform_transaction.hpp"
#include "tenancy/plan_json.hpp"
#include "tenancy/slug.hpp"

namespace kidevent::tenancy {

namespace {

using db::connection_role;

const db::query list_all{"plans.list", R"sql(
    select name, description, weight, requests_in_flight_max, requests_waiting_max, requests_per_second,
           requests_burst, database_milliseconds_per_second, features, version, updated_at, updated_by
    from tenancy.plans order by name
)sql",
                         connection_role::platform};

const db::query find_by_name{"plans.find", R"sql(
    select name, description, weight, requests_in_flight_max, requests_waiting_max, requests_per_second,
           requests_burst, database_milliseconds_per_second, features, version, updated_at, updated_by
    from tenancy.plans where name = $1 for update
)sql",
                             connection_role::platform};

const db::query write{"plans.write", R"sql(
    insert into tenancy.plans (name, description, weight, requests_in_flight_max, requests_waiting_max,
        requests_per_second, requests_burst, database_milliseconds_per_second, features, updated_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (name) do update set description = $2, weight = $3, requests_in_flight_max = $4,
        requests_waiting_max = $5, requests_per_second = $6, requests_burst = $7,
        database_milliseconds_per_second = $8, features = $9, updated_by = $10, updated_at = now(),
        version = tenancy.plans.version + 1
)sql",
                      connection_role::platform};

const db::query insert_change{"plan_changes.insert", R"sql(
    insert into tenancy.plan_changes (id, plan, changed_by, before, after) values ($1, $2, $3, $4, $5)
)sql",
                              connection_role::platform};

const db::query list_changes{"plan_changes.list", R"sql(
    select plan, slug, changed_at, changed_by, before, after
    from tenancy.plan_changes where plan = $1 order by id desc limit $2
)sql",
                             connection_role::platform};

plan_record read_record(const db::row& from) {
    return {{from.get<std::string>(0),
             from.get<std::string>(1),
             {from.get<int>(2), from.get<int>(3), from.get<int>(4), from.get<int>(5), from.get<int>(6),
              from.get<int>(7)},
             feature_set::parse(from.get<std::string_view>(8))},
            from.get<int>(9),
            from.get<timestamp>(10),
            from.get<std::string>(11)};
}

std::string values_text(const plan& of) {
    std::string text;
    http::json_writer out{text};
    out.begin_object();
    write_plan_members(out, of);
    out.end_object();
    return text;
}

} // namespace

std::vector<field_error> find_faults(const plan& of) {
    std::vector<field_error> faults;
    const auto check = [&faults](bool good, const char* pointer, const char* code, const char* detail) {
        if (!good) faults.push_back({pointer, code, detail});
    };
    check(is_slug(of.name) && of.name.size() <= 60, "/name", "bad_format",
          "must be 1 to 60 lower-case letters, digits and inner hyphens");
    check(of.share.requests_per_second == 0 || of.share.requests_burst > 0, "/requests_burst", "too_small",
          "must be 1 or more when requests_per_second limits");
    return faults;
}

task<std::vector<plan_record>> list_plans(db::database& with) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto found = transaction.add(list_all);
    co_await transaction.commit();
    std::vector<plan_record> listed;
    for (const db::row each : found.rows())
        listed.push_back(read_record(each));
    co_return listed;
}

task<result<plan_record>> get_plan(db::database& with, std::string name) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto found = transaction.add(find_by_name, name);
    co_await transaction.commit();
    if (found.rows().empty()) co_return refuse(errc::not_found);
    co_return read_record(found.rows().front());
}

task<result<plan_applied>> apply_plan(db::database& with, plan wanted, author by) {
    auto faults = find_faults(wanted);
    if (!faults.empty()) {
        refusal why = refuse(errc::invalid_fields);
        why.fields = std::move(faults);
        co_return why;
    }
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto existing = transaction.add(find_by_name, wanted.name);
    co_await transaction.run();
    std::optional<std::string> before;
    if (!existing.rows().empty()) before = values_text(read_record(existing.rows().front()).is);
    const std::string after = values_text(wanted);
    // What is so already is not written again, and is no change.
    if (before != after) {
        transaction.add(write, wanted.name, wanted.description, wanted.share.weight,
                        wanted.share.in_flight_max, wanted.share.waiting_max,
                        wanted.share.requests_per_second, wanted.share.requests_burst,
                        wanted.share.database_milliseconds_per_second, wanted.features.to_text(), by.name);
        transaction.add(insert_change, make_uuid(), wanted.name, by.name, before, after);
        audit::add_operator_entry(transaction, by.who, tenant_id{}, audit::action::plan_changed, "",
                                  {{"plan", wanted.name}, {"is_new", !before.has_value()}});
    }
    const auto written = transaction.add(find_by_name, wanted.name);
    co_await transaction.commit();
    co_return plan_applied{read_record(written.rows().front()), !before.has_value()};
}

task<std::vector<plan_change>> list_plan_changes(db::database& with, std::string name, int limit) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto found = transaction.add(list_changes, name, limit);
    co_await transaction.commit();
    std::vector<plan_change> listed;
    for (const db::row each : found.rows())
        listed.push_back({each.get<std::string>(0), each.get<std::optional<std::string>>(1),
                          each.get<timestamp>(2), each.get<std::string>(3),
                          each.get<std::optional<std::string>>(4), each.get<std::string>(5)});
    co_return listed;
}

} // namespace kidevent::tenancy
