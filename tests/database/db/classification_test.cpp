// docs/security/classification.md names the class of every column, and docs/security/limits.md every rule
// over several columns: what the schema gains needs its place there.

#include "support/postgres_cluster.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

using namespace kidevent::tests;

namespace {

using columns = std::map<std::string, std::string>; // "table.column" -> class

const std::set<std::string> common{"tenant_id", "id", "version", "created_at", "updated_at"};

std::string text_of(const std::string& page) {
    std::ifstream in(source_directory() / "docs/security" / page, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream in{line.substr(1)};
    for (std::string cell; std::getline(in, cell, '|');)
        cells.push_back(cell);
    return cells;
}

// The table below "## Columns". Throws std::runtime_error when a column stands there twice.
columns classified_in(const std::string& page) {
    static const std::vector<std::string> classes{"public", "internal", "personal", "child", "secret"};
    static const boost::regex note(R"(\([^)]*\))");
    columns found;
    std::istringstream in{page.substr(page.find("## Columns"))};
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("| `")) continue;
        const auto cells = cells_of(line);
        const auto table = cells.at(0).substr(2, cells[0].rfind('`') - 2);
        for (std::size_t i = 0; i < classes.size(); ++i) {
            std::istringstream names{boost::regex_replace(cells.at(i + 1), note, "")};
            for (std::string name; names >> name;)
                if (!found.emplace(table + "." + name, classes[i]).second)
                    throw std::runtime_error(table + "." + name + " stands there twice");
        }
    }
    return found;
}

struct schema {
    sql_session superuser = postgres_cluster::shared().superuser("kidevent_template");

    std::set<std::string> list(const std::string& sql) {
        std::set<std::string> found;
        for (const auto& row : superuser.rows(sql))
            found.insert(row.front().value());
        return found;
    }
    // Of tables, as "table.column".
    std::set<std::string> list_columns() {
        return list("select c.oid::regclass || '.' || attname from pg_class c "
                    "join pg_namespace n on n.oid = relnamespace join pg_attribute on attrelid = c.oid "
                    "where relkind in ('r', 'p') and nspname in ('public', 'tenancy', 'platform') "
                    "and not relispartition and attnum > 0 and not attisdropped");
    }
};

bool is_common(const std::string& column) { return common.contains(column.substr(column.rfind('.') + 1)); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(classification, schema)

BOOST_AUTO_TEST_CASE(every_column_has_its_class_and_no_class_is_of_a_column_that_is_gone) {
    const auto classified = classified_in(text_of("classification.md"));
    const auto there = list_columns();
    BOOST_TEST(there.size() > 300U);
    for (const auto& each : there)
        BOOST_TEST((is_common(each) || classified.contains(each)), each << " has no class");
    for (const auto& [column, of] : classified) {
        BOOST_TEST(there.contains(column), column << " is in the page and not in the schema");
        BOOST_TEST(!is_common(column), column << " is left out elsewhere");
    }
}

// A hash or a sealed text that slipped in among what is harmless.
BOOST_AUTO_TEST_CASE(what_is_called_like_a_secret_is_one) {
    static const boost::regex telling("(password|secret|token|_hash$|code_hash)");
    // Fencing numbers, times, switches, and a device's address.
    static const std::set<std::string> harmless{"platform.jobs.token", "notification_contacts.push_token",
                                                "webhook_endpoints.previous_secret_until"};
    const auto classified = classified_in(text_of("classification.md"));
    int secrets = 0;
    for (const auto& [column, of] : classified) {
        const auto name = column.substr(column.rfind('.') + 1);
        const bool is_telling = boost::regex_search(name, telling) && !harmless.contains(column);
        BOOST_TEST(is_telling == (of == "secret"), column << " is " << of);
        secrets += of == "secret" ? 1 : 0;
    }
    BOOST_TEST(secrets >= 15);
}

BOOST_AUTO_TEST_CASE(what_is_personal_is_out_of_reach_for_roles_that_do_not_serve_its_organisation) {
    const auto of_tenants =
        list("select attrelid::regclass || '' from pg_attribute where attname = 'tenant_id' "
             "and attrelid::regclass::text !~ '[.]'");
    int tried = 0;
    for (const auto& [column, of] : classified_in(text_of("classification.md"))) {
        const auto dot = column.rfind('.');
        const auto table = column.substr(0, dot);
        if ((of != "personal" && of != "child" && of != "secret") || !of_tenants.contains(table)) continue;
        for (const char* role : {"kidevent_router", "kidevent_platform", "kidevent_jobs"}) {
            ++tried;
            BOOST_TEST(superuser.value("select has_column_privilege($1, $2, $3, 'select, insert, update')",
                                       {role, table, column.substr(dot + 1)})
                           == "f",
                       role << " reaches " << column);
        }
    }
    BOOST_TEST(tried > 60);
}

BOOST_AUTO_TEST_CASE(fields_with_rules_of_their_own_are_there) {
    const auto page = text_of("classification.md");
    const auto from = page.find("## Who sees");
    const auto section = page.substr(from, page.find("## Columns") - from);
    static const boost::regex field("`([a-z_]+)[.]([a-z_]+)`");
    const auto there = list_columns();
    int count = 0;
    for (boost::sregex_iterator at(section.begin(), section.end(), field), end; at != end; ++at, ++count) {
        const std::string table = (*at)[1].str() == "tenants" ? "tenancy.tenants" : (*at)[1].str();
        BOOST_TEST(there.contains(table + "." + (*at)[2].str()), at->str());
    }
    BOOST_TEST(count >= 7);
}

BOOST_AUTO_TEST_CASE(every_rule_over_several_columns_is_explained) {
    const auto page = text_of("limits.md");
    const auto rules = list(
        "select conname || '' from pg_constraint join pg_namespace n on n.oid = connamespace "
        "where contype = 'c' and cardinality(conkey) > 1 and nspname in ('public', 'tenancy', 'platform')");
    BOOST_TEST(rules.size() > 15U);
    for (const auto& each : rules)
        BOOST_TEST(page.find("`" + each + "`") != std::string::npos, each << " is not in limits.md");
}

BOOST_AUTO_TEST_SUITE_END()
