// `kidevent audit`: the program itself, on a chain that is whole and on one that somebody changed.

#include "host/installation.hpp"

#include <sstream>

using namespace kidevent::tests;

namespace {

namespace json = boost::json;

struct audited_installation : installation {
    audited_installation() {
        for (const char* each : {"alpha", "beta"})
            if (create(each).code != 0) throw std::runtime_error("no organisation");
    }
    void seal() { sql("select count(*) from platform.seal_audit_entries(1000)"); }
    json::object verdict_on(const std::string& slug, int code) {
        const auto got = run({"audit", "verify", "--tenant", slug, "--json"});
        CHECK_OUTCOME(got, code);
        const auto rows = got.json().as_array();
        BOOST_REQUIRE_EQUAL(rows.size(), 1U);
        return rows.at(0).as_object();
    }
    // Changes what no role of the platform may change.
    void as_superuser(const std::string& change) { sql(change); }
    std::string entries_of(const std::string& slug) {
        return "platform.audit_entries e using tenancy.tenants t where t.slug = '" + slug
               + "' and e.tenant_id = t.id";
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_commands, audited_installation)

BOOST_AUTO_TEST_CASE(a_log_is_verified_once_its_entries_are_sealed) {
    const auto before = verdict_on("alpha", 0);
    BOOST_TEST(before.at("entries").as_int64() == 0);
    BOOST_TEST(before.at("unsealed").as_int64() > 0);
    seal();
    const auto after = verdict_on("alpha", 0);
    BOOST_TEST(after.at("entries").as_int64() == before.at("unsealed").as_int64());
    BOOST_TEST(after.at("unsealed").as_int64() == 0);
    BOOST_TEST(after.at("fault").is_null());
    CHECK_OUTCOME(run({"audit", "verify", "--tenant", "nobody"}), 4);
}

BOOST_AUTO_TEST_CASE(an_entry_that_was_altered_is_named_and_the_other_organisation_stays_whole) {
    seal();
    as_superuser("update platform.audit_entries e set action = 'event.published' from tenancy.tenants t "
                 "where t.slug = 'alpha' and e.tenant_id = t.id and e.sequence = 1 returning e.action");
    const auto verdict = verdict_on("alpha", 3);
    BOOST_TEST(verdict.at("at").as_int64() == 1);
    BOOST_TEST(verdict.at("fault").is_string());
    BOOST_TEST(verdict_on("beta", 0).at("fault").is_null());
    CHECK_OUTCOME(run({"audit", "verify"}), 3);
}

BOOST_AUTO_TEST_CASE(entries_that_were_cut_off_at_the_end_are_missed) {
    seal();
    as_superuser("delete from " + entries_of("alpha")
                 + " and e.sequence = (select max(l.sequence) from platform.audit_entries l"
                   " where l.tenant_id = t.id) returning e.sequence");
    BOOST_TEST(verdict_on("alpha", 3).at("fault").is_string());
}

BOOST_AUTO_TEST_CASE(an_export_is_a_head_and_a_line_for_each_entry_and_is_itself_a_deed) {
    seal();
    const auto sealed = verdict_on("alpha", 0).at("entries").as_int64();
    const auto exported = run({"audit", "export", "--tenant", "alpha"});
    CHECK_OUTCOME(exported, 0);
    std::istringstream lines{exported.out};
    std::int64_t count = 0;
    for (std::string line; std::getline(lines, line); ++count)
        BOOST_TEST(json::parse(line).is_object());
    BOOST_TEST(count == sealed + 1);
    BOOST_TEST(!contains(exported.out, "beta"));
    BOOST_TEST(verdict_on("alpha", 0).at("unsealed").as_int64() == 1);
    BOOST_TEST(contains(sql("select string_agg(action, ' ') from platform.audit_entries"), "audit.exported"));
    const auto mistyped = run({"audit", "export", "--tenant", "alpha", "--from", "yesterday"});
    CHECK_OUTCOME(mistyped, 2);
    BOOST_TEST(contains(mistyped.err, "--from"), mistyped);
}

BOOST_AUTO_TEST_SUITE_END()
