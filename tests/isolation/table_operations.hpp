#pragma once
// Everything that a statement can do to a tenant's table, generated from the catalog: the same list for every
// table, so that one added by a later migration is covered without a word.

#include "support/canary_rows.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace kidevent::tests {

struct table_operation {
    std::string name;
    std::vector<std::string> statements; // one after the other in one transaction
};

// A row that does not exist yet: numbers and texts of row 4, keys of what `keys_of` has.
struct fresh_row {
    std::string columns;
    std::string values;
};

inline fresh_row make_fresh_row(const std::vector<tenant_table>& tables, const tenant_table& table,
                                const std::string& slug, const std::string& keys_of,
                                bool names_tenant = true) {
    fresh_row made;
    for (const auto& column : table.columns) {
        if (column.name == "tenant_id" && !names_tenant) continue;
        const bool is_key = !column.references_table.empty();
        made.columns += (made.columns.empty() ? "" : ", ") + column.name;
        made.values += (made.values.empty() ? "" : ", ")
                       + canary_value(tables, table, column, is_key ? keys_of : slug, is_key ? 1 : 4);
    }
    return made;
}

inline std::string comma_separated(const std::vector<std::string>& names) {
    std::string all;
    for (const auto& name : names)
        all += (all.empty() ? "" : ", ") + name;
    return all;
}

class operation_list {
public:
    operation_list(const std::vector<tenant_table>& tables, const tenant_table& table, std::string own,
                   std::string other)
        : tables_(tables),
          table_(table),
          own_(std::move(own)),
          other_(std::move(other)),
          name_(table.name),
          key_(comma_separated(table.key)),
          foreign_("'" + seeded_tenant_id(other_) + "'") {}

    std::vector<table_operation> make() {
        add_reads();
        add_plans();
        add_inserts();
        add_changes();
        add_merges();
        return std::move(all_);
    }

private:
    void add(std::string name, std::vector<std::string> statements) {
        all_.push_back({std::move(name), std::move(statements)});
    }

    void add_reads() {
        const std::string rows = "select * from " + name_ + " order by " + key_;
        const std::string first = table_.key.front();
        add("select", {rows});
        add("select only", {"select * from only " + name_ + " order by " + key_});
        add("count", {"select count(*) from " + name_});
        add("aggregate", {"select min(t::text), max(t::text), array_agg(t." + first + " order by t." + first
                          + ") from " + name_ + " t"});
        add("select of the other", {"select * from " + name_ + " where tenant_id = " + foreign_});
        for (int row = 1; row <= canary_rows_max; ++row)
            add("select by the other's key",
                {"select count(*) from " + name_ + " where " + first + " = " + value(first, other_, row)});
        add("or true",
            {"select * from " + name_ + " where tenant_id = " + foreign_ + " or true order by " + key_});
        add("exists", {"select exists (select from " + name_ + " where tenant_id = " + foreign_ + ")"});
        add("join", {"select a.*, b.* from " + name_ + " a join " + name_ + " b using (" + key_
                     + ") order by a." + first + ", a.tenant_id, b.tenant_id"});
        for (const auto& column : table_.columns)
            if (!column.references_table.empty())
                add("join with " + column.references_table,
                    {"select a." + first + ", b.* from " + name_ + " a left join " + column.references_table
                     + " b on b." + column.references_column + " = a." + column.name
                     + " order by 1, b::text"});
        add("common table expression",
            {"with x as materialized (select * from " + name_ + ") select * from x order by " + key_});
        add("union", {"select tenant_id from " + name_ + " union all select tenant_id from " + name_});
        add("window", {"select " + first + ", count(*) over () from " + name_ + " order by " + key_});
        add("for update", {rows + " for update"});
        add("for share", {rows + " for key share"});
        add("copy", {"copy (" + rows + ") to stdout"});
        add("copy table", {"copy " + name_ + " to stdout"});
        add("cursor", {"declare c cursor for " + rows, "fetch all from c", "close c"});
        add("row security off", {"set local row_security = off", rows});
    }

    void add_plans() {
        for (const std::string mode : {"force_custom_plan", "force_generic_plan"})
            add("prepared, " + mode,
                {"set local plan_cache_mode = " + mode,
                 "prepare p (uuid) as select * from " + name_
                     + " where tenant_id = $1 or $1 is null order by " + key_,
                 "execute p(null)", "execute p(" + foreign_ + ")", "execute p(null)", "deallocate p"});
        add("parallel", {"set local force_parallel_mode = on", "select count(*) from " + name_});
        add("index only", {"set local enable_seqscan = off",
                           "select " + key_ + " from " + name_ + " order by tenant_id, " + key_});
    }

    void add_inserts() {
        const auto own = make_fresh_row(tables_, table_, own_, own_);
        const auto unnamed = make_fresh_row(tables_, table_, own_, own_, false);
        const auto foreign = make_fresh_row(tables_, table_, other_, other_);
        const auto crossing = make_fresh_row(tables_, table_, own_, other_);
        const auto insert = [this](const fresh_row& row) {
            return "insert into " + name_ + " (" + row.columns + ") values (" + row.values + ")";
        };
        add("insert", {insert(own) + " returning *"});
        add("insert without tenant_id", {insert(unnamed) + " returning tenant_id"});
        add("insert for the other", {insert(foreign)});
        if (crossing.values != own.values) add("insert that refers to the other's rows", {insert(crossing)});
        add("insert from select",
            {"insert into " + name_ + " select * from " + name_ + " where tenant_id = " + foreign_});
        add("upsert of nothing", {insert(existing(own_)) + " on conflict do nothing"});
        add("upsert over the other's row", {insert(existing(other_)) + " on conflict do nothing"});
        add("upsert that changes the other's row",
            {insert(existing(other_)) + " on conflict (tenant_id, " + key_
             + ") do update set tenant_id = excluded.tenant_id"});
        add("upsert that gives the row away", {insert(existing(own_)) + " on conflict (tenant_id, " + key_
                                               + ") do update set tenant_id = " + foreign_});
        add("copy from", {"copy " + name_ + " from stdin"});
    }

    void add_changes() {
        const std::string update = "update " + name_ + " set tenant_id = ";
        add("update", {update + "tenant_id returning *"});
        add("update of the other", {update + "tenant_id where tenant_id = " + foreign_ + " returning *"});
        add("update to the other", {update + foreign_});
        add("update of one to the other", {update + foreign_ + " where " + table_.key.front() + " = "
                                           + value(table_.key.front(), own_, canary_rows_max)});
        add("update to nobody", {update + "null"});
        add("update from", {"update " + name_ + " a set tenant_id = a.tenant_id from " + name_
                            + " b where b.tenant_id = " + foreign_});
        add("delete of the other",
            {"delete from " + name_ + " where tenant_id = " + foreign_ + " returning *"});
        add("delete", {"delete from " + name_ + " returning " + table_.key.front()});
        add("truncate", {"truncate " + name_ + " cascade"});
        add("lock", {"lock table " + name_ + " in access exclusive mode"});
    }

    void add_merges() {
        const auto foreign = make_fresh_row(tables_, table_, other_, other_);
        const std::string merge =
            "merge into " + name_ + " t using (select " + foreign_ + "::uuid as wanted) s";
        add("merge into the other's rows",
            {merge + " on t.tenant_id = s.wanted when matched then update set tenant_id = t.tenant_id"});
        add("merge that deletes the other's rows",
            {merge + " on t.tenant_id = s.wanted when matched then delete"});
        add("merge that inserts for the other",
            {merge + " on t.tenant_id = s.wanted when not matched then insert (" + foreign.columns
             + ") values (" + foreign.values + ")"});
        add("merge that gives rows away",
            {merge + " on true when matched then update set tenant_id = s.wanted"});
    }

    std::string value(const std::string& column, const std::string& slug, int row) const {
        return canary_value(tables_, table_, table_.column(column), slug, row);
    }
    fresh_row existing(const std::string& slug) const {
        fresh_row made;
        for (const auto& column : table_.columns) {
            made.columns += (made.columns.empty() ? "" : ", ") + column.name;
            made.values += (made.values.empty() ? "" : ", ") + canary_value(tables_, table_, column, slug, 1);
        }
        return made;
    }

    const std::vector<tenant_table>& tables_;
    const tenant_table& table_;
    std::string own_;
    std::string other_;
    std::string name_;
    std::string key_;
    std::string foreign_;
    std::vector<table_operation> all_;
};

} // namespace kidevent::tests
