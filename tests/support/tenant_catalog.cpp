#include "support/tenant_catalog.hpp"

#include <algorithm>

namespace kidevent::tests {

namespace {

constexpr const char* list_columns = R"sql(
    select c.relname, a.attname, format_type(a.atttypid, null), a.attnotnull,
           coalesce(target.relname, ''), coalesce(target_column.attname, '')
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    left join lateral (
        select f.confrelid, f.confkey[array_position(f.conkey, a.attnum)] as column_number
        from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and a.attnum = any (f.conkey)
             and a.attname <> 'tenant_id'
        order by f.conname limit 1) as reference on true
    left join pg_class target on target.oid = reference.confrelid
    left join pg_attribute target_column
           on target_column.attrelid = reference.confrelid and target_column.attnum = reference.column_number
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
      and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id')
    order by c.relname, a.attnum
)sql";

constexpr const char* list_keys = R"sql(
    select c.relname, a.attname
    from pg_constraint p
    join pg_class c on c.oid = p.conrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = any (p.conkey)
    where p.contype = 'p' and a.attname <> 'tenant_id' and c.relnamespace = 'public'::regnamespace
    order by c.relname, array_position(p.conkey, a.attnum)
)sql";

bool is_placed(const std::vector<tenant_table>& placed, const std::string& name) {
    return std::any_of(placed.begin(), placed.end(),
                       [&name](const tenant_table& each) { return each.name == name; });
}

std::vector<tenant_table> ordered_by_reference(std::vector<tenant_table> left) {
    std::vector<tenant_table> placed;
    while (!left.empty()) {
        const auto next = std::find_if(left.begin(), left.end(), [&placed](const tenant_table& each) {
            return std::all_of(each.columns.begin(), each.columns.end(), [&](const tenant_column& column) {
                return column.references_table.empty() || column.references_table == each.name
                       || is_placed(placed, column.references_table);
            });
        });
        if (next == left.end()) throw std::runtime_error("the tables reference each other in a circle");
        placed.push_back(std::move(*next));
        left.erase(next);
    }
    return placed;
}

} // namespace

const tenant_column& tenant_table::column(const std::string& wanted) const {
    for (const auto& each : columns)
        if (each.name == wanted) return each;
    throw std::runtime_error(name + " has no column " + wanted);
}

std::vector<tenant_table> list_tenant_tables(sql_session& superuser) {
    std::vector<tenant_table> all;
    for (const auto& row : superuser.rows(list_columns)) {
        if (all.empty() || all.back().name != *row[0]) all.push_back({*row[0], {}, {}});
        all.back().columns.push_back({*row[1], *row[2], *row[3] == "t", *row[4], *row[5]});
    }
    for (const auto& row : superuser.rows(list_keys))
        for (auto& table : all)
            if (table.name == *row[0]) table.key.push_back(*row[1]);
    return ordered_by_reference(std::move(all));
}

} // namespace kidevent::tests
