// Every statement of the library is prepared as the role that runs it, against the migrated schema: a typo, a
// column that is gone or a grant that is missing shows here.

#include "db/query.hpp"
#include "identity/sealed_fields.hpp"
#include "support/two_tenants.hpp"

#include <kidevent/platform.hpp>

#include <libpq-fe.h>

#include <fstream>
#include <set>

namespace {

using namespace kidevent;
using namespace kidevent::tests;

const std::vector<std::pair<db::connection_role, std::string>> roles{
    {db::connection_role::app, "kidevent_app"},
    {db::connection_role::router, "kidevent_router"},
    {db::connection_role::platform, "kidevent_platform"},
    {db::connection_role::jobs, "kidevent_jobs"}};

std::set<std::string> list_registered() {
    std::set<std::string> names;
    for (const auto& [role, user] : roles)
        for (const db::query* each : db::query::all_of(role))
            names.insert(each->name());
    return names;
}

// The names in the text's definitions of the form `query NAME{"..."`.
void add_names_in(const std::string& text, std::set<std::string>& names) {
    const std::string word = "query ";
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const auto brace = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789", at + word.size());
        if (brace == std::string::npos || text[brace] != '{') continue;
        const auto quote = text.find_first_not_of(" \n", brace + 1);
        if (quote == std::string::npos || text[quote] != '"') continue;
        names.insert(text.substr(quote + 1, text.find('"', quote + 1) - quote - 1));
    }
}

// The names of all statements that stand in the sources of the library.
std::set<std::string> list_written() {
    std::set<std::string> names;
    for (const auto& each :
         std::filesystem::recursive_directory_iterator(source_directory() / "libkidevent/src")) {
        if (each.path().extension() != ".cpp") continue;
        std::ifstream in(each.path());
        add_names_in({std::istreambuf_iterator<char>(in), {}}, names);
    }
    return names;
}

std::string first_word(const std::string& sql) {
    const auto start = sql.find_first_not_of(" \n");
    return sql.substr(start, sql.find_first_of(" \n", start) - start);
}

// Builds the whole product, so that the linker brings every repository with its statements.
class whole_library : public two_tenants {
public:
    whole_library() : product(make_settings()) {}

    static kidevent::settings make_settings() {
        kidevent::settings with;
        with.http.signing_key = std::string(32, 'k');
        return with;
    }

    platform product;
    // Only the command line calls it.
    decltype(&identity::reseal_platform) const from_command_line = &identity::reseal_platform;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(db_queries, whole_library)

BOOST_AUTO_TEST_CASE(every_query_prepares_as_the_role_that_runs_it) {
    for (const auto& [role, user] : roles) {
        auto session = as_role(user);
        for (const db::query* each : db::query::all_of(role)) {
            PGresult* const done = PQprepare(session.raw(), each->name(), each->sql(), 0, nullptr);
            BOOST_TEST(PQresultStatus(done) == PGRES_COMMAND_OK,
                       user << " cannot prepare " << each->name() << ": " << PQresultErrorMessage(done));
            PQclear(done);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_query_of_the_sources_is_registered) {
    const auto registered = list_registered();
    const auto written = list_written();
    BOOST_TEST(written.size() >= 10U);
    for (const auto& name : written)
        BOOST_TEST(registered.contains(name), name << " is not linked into this test");
}

BOOST_AUTO_TEST_CASE(queries_of_the_app_role_read_and_write_rows_and_do_nothing_else) {
    static const std::set<std::string> allowed{"select", "with", "insert", "update", "delete", "merge"};
    for (const db::query* each : db::query::all_of(db::connection_role::app)) {
        const bool ends_transaction = std::string_view{each->name()}.starts_with("transaction.");
        BOOST_TEST((ends_transaction || allowed.contains(first_word(each->sql()))), each->name());
    }
}

BOOST_AUTO_TEST_SUITE_END()
