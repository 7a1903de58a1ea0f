#include "support/canary_rows.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>

namespace kidevent::tests {

namespace {

const std::array<std::string, 3> slugs{"alpha", "beta", "gamma"};

int number_of(const std::string& slug) {
    const auto found = std::find(slugs.begin(), slugs.end(), slug);
    if (found == slugs.end()) throw std::runtime_error("no canaries are made for tenant '" + slug + "'");
    return static_cast<int>(found - slugs.begin()) + 1;
}

// The first group of a tenant's UUIDs; occurs in no other tenant's.
std::string mark_of(const std::string& slug) {
    return "ca" + std::to_string(number_of(slug)) + "0000" + std::to_string(number_of(slug));
}

std::string uuid_text(const std::string& mark, const std::string& of, int row) {
    std::array<char, 64> text{};
    const auto table = static_cast<unsigned>(std::hash<std::string>{}(of)&0xffff);
    std::snprintf(text.data(), text.size(), "%s-%04x-7000-8000-%012d", mark.c_str(), table, row);
    return text.data();
}

std::string quoted(const std::string& text) { return "'" + text + "'"; }

// Columns whose checks a canary would not pass. The row's number is appended where there is a '#'.
const std::map<std::string, std::string> fixed_values{
    {"role", "'guardian'"},
    {"currency", "'EUR'"},
    {"time_zone", "'Europe/Vienna'"},
    {"locale", "'de-AT'"},
    {"starts_at", "timestamptz '2031-07-0#T09:00Z'"},
    {"ends_at", "timestamptz '2031-07-0#T12:00Z'"},
    {"expires_at", "timestamptz '2090-01-0#T00:00Z'"},
    {"capacity", "20"},
    {"seats_taken", "1#"},
    {"age_min", "5"},
    {"age_max", "12"},
    {"status", "201"},
    {"kind", "'session_reminder'"},
    {"channel", "'sms'"},
    {"state", "'sent'"},
    {"reason", "'bounce'"},
    {"reminders", "'1440 email'"},
    {"purpose", "'household_invitation'"},
    {"staff_role", "null"},
    {"limited_to_events", "false"},
    {"deed", "'sign_in'"},
    {"client_authentication", "'client_secret_basic'"},
};

const std::map<std::string, std::string> values_by_type{
    {"integer", "4#"},
    {"bigint", "4#"},
    {"smallint", "4#"},
    {"boolean", "true"},
    {"date", "date '2022-03-0#'"},
    {"uuid[]", "'{}'"},
    {"timestamp with time zone", "timestamptz '2030-01-0#T08:00Z'"},
};

std::string numbered(std::string text, int row) {
    if (const auto mark = text.find('#'); mark != std::string::npos)
        text.replace(mark, 1, std::to_string(row));
    return text;
}

// Null would break a check of the row, as in (role = 'guardian') = (household_id is not null).
bool stays_filled(const tenant_column& column) { return column.not_null || column.name == "household_id"; }

} // namespace

std::string seeded_tenant_id(const std::string& slug) { return uuid_text(mark_of(slug), "tenants", 0); }

std::string canary_value(const std::vector<tenant_table>& tables, const tenant_table& table,
                         const tenant_column& column, const std::string& slug, int row) {
    if (column.name == "tenant_id") return quoted(seeded_tenant_id(slug));
    if (row == canary_rows_max && !stays_filled(column)) return "null";
    if (column.references_table == table.name) return "null";
    if (!column.references_table.empty()) {
        const auto target = std::find_if(tables.begin(), tables.end(), [&column](const tenant_table& each) {
            return each.name == column.references_table;
        });
        return canary_value(tables, *target, target->column(column.references_column), slug, row);
    }
    if (const auto fixed = fixed_values.find(column.name); fixed != fixed_values.end())
        return numbered(fixed->second, row);
    if (const auto typed = values_by_type.find(column.type); typed != values_by_type.end())
        return numbered(typed->second, row);
    const std::string canary =
        "CANARY-" + slug + "-" + table.name + "-" + column.name + "-" + std::to_string(row);
    if (column.type == "text" || column.type == "character varying") return quoted(canary);
    if (column.type == "bytea") return "sha256(" + quoted(canary) + "::bytea)";
    if (column.type == "json" || column.type == "jsonb")
        return quoted("{\"canary\": \"" + canary + "\"}") + "::" + column.type;
    if (column.type == "uuid")
        return quoted(
            uuid_text(row == canary_rows_max ? "cafe0000" : mark_of(slug), table.name + column.name, row));
    throw std::runtime_error("canary_rows.cpp has no value for " + table.name + "." + column.name + ", type "
                             + column.type);
}

seeded_tenant seed_tenant(sql_session& superuser, const std::vector<tenant_table>& tables,
                          const std::string& slug) {
    seeded_tenant made{slug, seeded_tenant_id(slug), ""};
    superuser.rows(
        "insert into tenancy.tenants (id, slug, name, time_zone, locale, currency, plan, owner_email,"
        " created_at, updated_at) values ($1, $2, 'CANARY-' || $2 || '-tenants-name', 'UTC', 'en',"
        " 'EUR', 'standard', $2 || '@example.org', '2030-01-01Z', '2030-01-01Z')",
        {made.id, slug});
    made.capability =
        superuser.value("insert into tenancy.capabilities (secret, tenant_id)"
                        " values (sha256(convert_to('capability of ' || $2, 'UTF8')), $1) returning secret",
                        {made.id, slug});
    for (const auto& table : tables)
        for (int row = 1; row <= canary_rows_max; ++row) {
            std::string columns;
            std::string values;
            for (const auto& column : table.columns) {
                columns += (columns.empty() ? "" : ", ") + column.name;
                values += (values.empty() ? "" : ", ") + canary_value(tables, table, column, slug, row);
            }
            superuser.rows("insert into " + table.name + " (" + columns + ") values (" + values + ")");
        }
    return made;
}

std::vector<std::string> list_tenants_in(const std::string& text) {
    std::vector<std::string> found;
    for (const auto& slug : slugs)
        if (text.find("CANARY-" + slug) != std::string::npos || text.find(mark_of(slug)) != std::string::npos)
            found.push_back(slug);
    return found;
}

} // namespace kidevent::tests
