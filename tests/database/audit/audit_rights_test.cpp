// Nobody who serves requests can change what the audit log says: entries are added through functions, and
// that is all.

#include "database/audit/audit_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent;
using namespace kidevent::tests;

const std::vector<std::string> serving{"kidevent_app", "kidevent_router", "kidevent_jobs",
                                       "kidevent_platform"};
const std::string refused = "42501";

struct rights : audited_tenants {
    // A transaction of alpha's, as a worker has it.
    sql_session entered() {
        auto app = as_role("kidevent_app");
        app.execute("begin");
        app.rows("select tenancy.enter($1::bytea)", {alpha.capability});
        return app;
    }
    // An entry with these values in the places of actor, action, subject and details.
    static std::string append(const std::string& actor, const std::string& action, const std::string& subject,
                              const std::string& details) {
        return "select platform.append_audit_entry(gen_random_uuid(), '" + actor + "', 'owner', '" + action
               + "', '" + subject + "', '', '', '" + details + "')";
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_rights, rights)

BOOST_AUTO_TEST_CASE(no_serving_role_reads_or_changes_the_log_itself) {
    open_database through{settings};
    write(through, "alpha", 2);
    seal(through);
    for (const std::string& role : serving)
        for (const std::string table :
             {"platform.audit_entries", "platform.audit_chains", "platform.audit_denied"})
            for (const std::string& deed :
                 {"select * from " + table, "delete from " + table, "truncate " + table,
                  "update " + table + " set tenant_id = tenant_id",
                  "insert into " + table + " (tenant_id) values (gen_random_uuid())",
                  "alter table " + table + " disable trigger all", "drop table " + table,
                  "create trigger t before insert on " + table
                      + " execute function tenancy.current_tenant()"})
                BOOST_TEST(as_role(role).attempt(deed).sqlstate == refused, role << ": " << deed);
    BOOST_TEST(count() == "2");
    BOOST_TEST(verdict_of(through, alpha) == "");
}

BOOST_AUTO_TEST_CASE(the_app_role_adds_entries_of_its_own_tenant_and_has_no_other_way) {
    auto app = entered();
    BOOST_TEST(app.attempt(append("system", "event.created", "", "{}")).sqlstate == "");
    app.execute("commit");
    BOOST_TEST(count("tenant_id = '" + alpha.id + "'") == "1");
    BOOST_TEST(count() == "1");
    BOOST_TEST(as_role("kidevent_app").attempt(append("system", "event.created", "", "{}")).sqlstate
               == "KE002");
    for (const std::string& deed :
         {std::string{
              "select platform.append_operator_audit_entry(null, gen_random_uuid(), 'system', 'system',"
              " 'a.b', '', '', '', '{}')"},
          std::string{"select platform.seal_audit_entries(10)"},
          std::string{"select platform.prune_audit_entries(0, 10)"},
          std::string{"select platform.sign_audit_head(gen_random_uuid(), 0, 0, '', '')"},
          std::string{"select * from platform.read_audit_chain(gen_random_uuid(), 0, 10)"},
          std::string{"select * from platform.list_audit_chains()"}})
        BOOST_TEST(entered().attempt(deed).sqlstate == refused, deed);
}

BOOST_AUTO_TEST_CASE(a_tenant_reads_its_own_entries_only) {
    open_database through{settings};
    write(through, "alpha", 1);
    write(through, "beta", 3);
    const std::string all = "select count(*) from platform.list_audit_entries('infinity',"
                            " 'ffffffff-ffff-ffff-ffff-ffffffffffff', '', '', '', null, null, 100)";
    BOOST_TEST(entered().value(all) == "1");
    BOOST_TEST(as_role("kidevent_app").value(all) == "0");
    BOOST_TEST(as_role("kidevent_jobs").attempt(all).sqlstate == refused);
}

BOOST_AUTO_TEST_CASE(an_entry_has_the_form_of_one) {
    const std::string id = to_string(make_uuid());
    for (const auto& [actor, action, subject, details] :
         {std::array<std::string, 4>{"Ada Berg", "event.created", "", "{}"},
          std::array<std::string, 4>{"account/" + id + " and others", "event.created", "", "{}"},
          std::array<std::string, 4>{"system", "event.created\nevents", "", "{}"},
          std::array<std::string, 4>{"system", "x", "", "{}"},
          std::array<std::string, 4>{"system", "event.created", "events/1", "{}"},
          std::array<std::string, 4>{"system", "event.created", "", "[]"},
          std::array<std::string, 4>{"system", "event.created", "",
                                     "{\"a\": \"" + std::string(5000, 'a') + "\"}"}})
        BOOST_TEST(entered().attempt(append(actor, action, subject, details)).sqlstate == "23514",
                   actor << " " << action << " " << subject);
    BOOST_TEST(entered().attempt(append("account/" + id, "event.created", "events/" + id, "{}")).sqlstate
               == "");
}

BOOST_AUTO_TEST_CASE(refused_attempts_are_bounded_for_each_minute_and_the_rest_is_counted) {
    const auto attempt = [](sql_session& app, int most) {
        return app.value("select platform.append_denied_attempt(gen_random_uuid(), 'anonymous', 'anonymous',"
                         " 'login.failed', '', '', '', '{}', "
                         + std::to_string(most) + ")");
    };
    // The minute may turn between two attempts; so all of them are of one that the test sets.
    auto app = entered();
    int kept = 0;
    for (int i = 0; i < 30; ++i)
        kept += attempt(app, 5) == "t" ? 1 : 0;
    app.value("select platform.count_denied_attempts(70)");
    app.execute("commit");
    BOOST_TEST((kept == 5 || kept == 10)); // one minute, or two
    BOOST_TEST(count() == std::to_string(kept));
    BOOST_TEST(superuser.value("select sum(left_out) from platform.audit_denied")
               == std::to_string(30 - kept + 70));
    // What was left out of a minute stands in the log once the minute is over.
    superuser.execute("update platform.audit_denied set minute = minute - interval '2 minutes'");
    open_database through{settings};
    seal(through);
    BOOST_TEST(superuser.value("select sum((details ->> 'count')::int) from platform.audit_entries"
                               " where action = 'attempts.left_out'")
               == std::to_string(30 - kept + 70));
    BOOST_TEST(superuser.value("select count(*) from platform.audit_denied") == "0");
    BOOST_TEST(verdict_of(through, alpha) == "");
    // Another tenant's attempts are its own.
    BOOST_TEST(count("tenant_id <> '" + alpha.id + "'") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
