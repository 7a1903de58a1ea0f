#pragma once
// How the app role's statements behave, compared with an oracle: a database in which only that one tenant
// lives must answer every statement in the same way, its errors included.

#include "isolation/table_operations.hpp"
#include "support/two_tenants.hpp"

#include <map>
#include <string>
#include <vector>

namespace kidevent::tests {

// Who the statements run as: a tenant, or nobody.
struct behaviour_context {
    std::string slug;  // "": no tenant is entered
    std::string other; // whose rows it reaches for
};

inline const std::vector<behaviour_context> behaviour_contexts{
    {"alpha", "beta"}, {"beta", "gamma"}, {"", "alpha"}};

inline bool is_copy(const std::string& sql) { return sql.starts_with("copy "); }

// Where statements are tried and undone: on a connection of the app role, or inside an open transaction of
// the superuser, who becomes the app role for it; what that transaction has changed is seen by nobody else.
class trial_ground {
public:
    explicit trial_ground(sql_session& app) : session_(app) {}
    // The superuser has to have begun.
    static trial_ground inside(sql_session& superuser) { return trial_ground{superuser, true}; }

    void begin_as_app() { begin("set local session authorization kidevent_app"); }
    void begin_as_owner() { begin("set local role kidevent_owner"); }
    void end() { session_.execute(nested_ ? "rollback to savepoint tried" : "rollback"); }
    sql_session& session() const noexcept { return session_; }

private:
    trial_ground(sql_session& superuser, bool nested) : session_(superuser), nested_(nested) {}

    void begin(const std::string& as) { session_.execute((nested_ ? "savepoint tried; " : "begin; ") + as); }

    sql_session& session_;
    bool nested_ = false;
};

// Runs the statements in a transaction that is rolled back; stops at the first error, as PostgreSQL does.
inline std::vector<sql_outcome> outcomes_of(trial_ground on, const std::string& capability,
                                            const table_operation& operation) {
    std::vector<sql_outcome> all;
    on.begin_as_app();
    auto& app = on.session();
    if (!capability.empty()) app.attempt("select tenancy.enter($1)", {capability});
    for (const auto& sql : operation.statements) {
        all.push_back(is_copy(sql) ? app.attempt_copy(sql) : app.attempt(sql));
        if (!all.back().sqlstate.empty()) break;
    }
    on.end();
    if (!operation.statements.empty() && operation.name.starts_with("prepared"))
        app.attempt("deallocate all");
    return all;
}

inline std::string text_of(const std::vector<sql_outcome>& outcomes) {
    std::string text;
    for (const auto& outcome : outcomes) {
        text += outcome.sqlstate.empty() ? "ok " + outcome.affected : "error " + outcome.sqlstate;
        for (const auto& row : outcome.rows) {
            text += " |";
            for (const auto& field : row)
                text += " " + field.value_or("null");
        }
        text += "; ";
    }
    return text;
}

// The answers of the databases in which one tenant lives alone.
class behaviour_oracle {
public:
    behaviour_oracle() {
        for (const auto& context : behaviour_contexts) {
            const std::string slug = context.slug.empty() ? context.other : context.slug;
            const std::string name = "kidevent_oracle_" + slug;
            const auto settings = create_seeded_database(name, {slug});
            auto superuser = postgres_cluster::shared().superuser(name);
            const auto tables = list_tenant_tables(superuser);
            auto app = postgres_cluster::shared().as_role(name, "kidevent_app");
            const auto capability = context.slug.empty() ? "" : read_tenant(superuser, slug).capability;
            for (const auto& table : tables)
                for (const auto& operation : operation_list(tables, table, slug, context.other).make())
                    answers_[key_of(context, table, operation)] =
                        text_of(outcomes_of(trial_ground{app}, capability, operation));
        }
    }

    const std::string& answer(const behaviour_context& context, const tenant_table& table,
                              const table_operation& operation) const {
        return answers_.at(key_of(context, table, operation));
    }
    std::size_t size() const { return answers_.size(); }

private:
    static std::string key_of(const behaviour_context& context, const tenant_table& table,
                              const table_operation& operation) {
        return context.slug + "/" + table.name + "/" + operation.name + "/" + operation.statements.back();
    }

    std::map<std::string, std::string> answers_;
};

inline bool is_clean_answer(const behaviour_context& context, const std::string& answer) {
    for (const auto& slug : list_tenants_in(answer))
        if (slug != context.slug) return false;
    return true;
}

// Runs every operation on the table in every context. The database has the tenants alpha, beta and gamma, and
// `tables` are the ones that were seeded. `superuser` is a connection of its own, or the one that app tries
// inside.
inline void add_table_violations(trial_ground app, sql_session& superuser, const behaviour_oracle& oracle,
                                 const std::vector<tenant_table>& tables, const tenant_table& table,
                                 std::vector<std::string>& found) {
    for (const auto& context : behaviour_contexts) {
        const auto capability = context.slug.empty() ? "" : read_tenant(superuser, context.slug).capability;
        const std::string own = context.slug.empty() ? context.other : context.slug;
        for (const auto& operation : operation_list(tables, table, own, context.other).make()) {
            const auto answer = text_of(outcomes_of(app, capability, operation));
            const auto& expected = oracle.answer(context, table, operation);
            const std::string what = table.name + ", " + operation.name + ", as "
                                     + (context.slug.empty() ? "nobody" : context.slug) + ": ";
            if (!is_clean_answer(context, answer)) found.push_back(what + "shows another tenant: " + answer);
            if (answer != expected) found.push_back(what + answer + "instead of " + expected);
        }
    }
    // The owner itself, who runs migrations and the functions with its rights.
    auto owner = &app.session() == &superuser ? app : trial_ground{superuser};
    owner.begin_as_owner();
    const auto seen = superuser.attempt("select count(*) from " + table.name);
    // Denied is as good as empty: a mutant may have given the table to somebody else.
    if (seen.sqlstate.empty() && seen.rows.front().front() != "0")
        found.push_back(table.name + ": its owner sees rows without entering a tenant");
    owner.end();
}

} // namespace kidevent::tests
