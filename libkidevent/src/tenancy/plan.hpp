#pragma once
// A plan: what an organisation that has it may take of a worker, and which features it may use. Changed by
// operators; a change counts from the next request on, and every change is kept with who made it.

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/admission.hpp"
#include "tenancy/author.hpp"
#include "tenancy/feature.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kidevent::db {
class database;
}

namespace kidevent::tenancy {

struct plan {
    std::string name;
    std::string description;
    http::tenant_share share;
    feature_set features;
};

struct plan_record {
    plan is;
    int version;
    timestamp updated_at;
    std::string updated_by;
};

struct plan_change {
    std::string plan;
    std::optional<std::string> slug; // of the organisation that got the plan; none: the plan itself changed
    timestamp changed_at;
    std::string changed_by;
    std::optional<std::string> before; // JSON; none: it is new
    std::string after;                 // JSON
};

// What is wrong with the plan, each with the pointer of its field.
std::vector<field_error> find_faults(const plan& of);

task<std::vector<plan_record>> list_plans(db::database& with);
// Errors: not_found.
task<result<plan_record>> get_plan(db::database& with, std::string name);
struct plan_applied {
    plan_record plan;
    bool created; // false: it was there already
};
// Creates the plan, or gives an existing one these values; kept with `by`. Errors: invalid_fields.
task<result<plan_applied>> apply_plan(db::database& with, plan wanted, author by);
// Newest first, at most `limit`.
task<std::vector<plan_change>> list_plan_changes(db::database& with, std::string name, int limit);

} // namespace kidevent::tenancy
