// The chain: whatever a superuser does to sealed entries is noticed, and said of the first broken one.

#include "database/audit/audit_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent;
using namespace kidevent::tests;

struct chains : audited_tenants {
    open_database through{settings};

    // Ten sealed entries of alpha's.
    void fill() {
        write(through, "alpha", 10);
        seal(through);
        BOOST_REQUIRE(verdict_of(through, alpha) == "");
    }
    // Does it to alpha's chain, says what is found, and puts everything back.
    std::string after(const std::string& deed) {
        superuser.execute("create table entries_before as select * from platform.audit_entries;"
                          " create table chains_before as select * from platform.audit_chains");
        superuser.execute(deed);
        const std::string found = verdict_of(through, alpha);
        superuser.execute("delete from platform.audit_entries; delete from platform.audit_chains;"
                          " insert into platform.audit_entries select * from entries_before;"
                          " insert into platform.audit_chains select * from chains_before;"
                          " drop table entries_before, chains_before");
        BOOST_TEST(verdict_of(through, alpha) == "");
        return found;
    }
    // Hashes everything from a place on anew, and the head: what somebody does who knows how it works.
    std::string hash_anew(int from) const {
        return "do $$ declare e platform.audit_entries; h bytea; begin"
               " select hash into h from platform.audit_entries where sequence = "
               + std::to_string(from - 1)
               + "; for e in select * from platform.audit_entries where sequence >= " + std::to_string(from)
               + " order by sequence loop h := sha256(h || convert_to(platform.audit_text(e.sequence, e), "
                 "'UTF8'));"
                 " update platform.audit_entries set hash = h where id = e.id; end loop;"
                 " update platform.audit_chains set hash = h, sequence = (select max(sequence) from"
                 " platform.audit_entries); end $$;";
    }
};

std::string set(const std::string& assignment, int sequence) {
    return "update platform.audit_entries set " + assignment + " where sequence = " + std::to_string(sequence)
           + ";";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_chain, chains)

BOOST_AUTO_TEST_CASE(an_entry_exists_exactly_when_its_transaction_committed) {
    write(through, "alpha", 3, false);
    BOOST_TEST(count() == "0");
    write(through, "alpha", 3);
    BOOST_TEST(count() == "3");
}

BOOST_AUTO_TEST_CASE(what_is_not_sealed_yet_is_reported_and_then_has_its_place) {
    write(through, "alpha", 3);
    write(through, "beta", 1);
    BOOST_TEST(chain_of(through, alpha).unsealed == 3);
    BOOST_TEST(chain_of(through, alpha).head.sequence == 0);
    BOOST_TEST(verdict_of(through, alpha) == "");
    seal(through);
    BOOST_TEST(chain_of(through, alpha).unsealed == 0);
    BOOST_TEST(chain_of(through, alpha).head.sequence == 3);
    BOOST_TEST(chain_of(through, beta).head.sequence == 1);
    BOOST_TEST(verify(through, alpha).checked == 3);
    write(through, "alpha", 2);
    seal(through);
    BOOST_TEST(verify(through, alpha).checked == 5);
    BOOST_TEST(verdict_of(through, alpha) == "");
    BOOST_TEST(verdict_of(through, beta) == "");
}

BOOST_AUTO_TEST_CASE(sealing_takes_no_more_at_once_than_it_should) {
    keeping.batch_max = 4;
    write(through, "alpha", 10);
    write(through, "beta", 10);
    audit::audit_sealer sealer{through.loop.loop(), through.database, keeping, counts};
    BOOST_TEST(through.run(sealer.seal()));
    // Each organisation has its share, however much the other one wrote.
    BOOST_TEST(chain_of(through, alpha).head.sequence == 2);
    BOOST_TEST(chain_of(through, beta).head.sequence == 2);
    seal(through);
    BOOST_TEST(chain_of(through, alpha).head.sequence == 10);
    BOOST_TEST(verdict_of(through, alpha) == "");
}

BOOST_AUTO_TEST_CASE(every_field_that_is_altered_is_noticed) {
    fill();
    const std::string other = "'" + to_string(make_uuid()) + "'";
    for (const std::string& assignment :
         {"id = " + other, std::string{"happened_at = happened_at + interval '1 microsecond'"},
          std::string{"actor = 'anonymous'"}, std::string{"role = 'owner'"},
          std::string{"action = 'event.updated'"}, "subject = 'events/' || " + other,
          std::string{"request_id = 'x'"}, std::string{"address = '192.0.2.0/24'"},
          std::string{"details = '{\"number\": 77}'"}, std::string{"details = ' {\"number\":3}'"},
          std::string{"hash = sha256('x')"}, "tenant_id = '" + beta.id + "'"}) {
        const bool goes_away = assignment.starts_with("tenant_id");
        BOOST_TEST(after(set(assignment, 4)) == (goes_away ? "removed at 4" : "altered at 4"), assignment);
    }
    // When an entry was sealed is our own note, not the log's.
    BOOST_TEST(after(set("sealed_at = sealed_at - interval '1 hour'", 4)) == "");
}

BOOST_AUTO_TEST_CASE(entries_that_are_removed_moved_or_added_are_noticed) {
    fill();
    BOOST_TEST(after("delete from platform.audit_entries where sequence = 4") == "removed at 4");
    BOOST_TEST(after("delete from platform.audit_entries where sequence = 1") == "removed at 1");
    BOOST_TEST(after("delete from platform.audit_entries where sequence = 10") == "cut off at 10");
    BOOST_TEST(after("delete from platform.audit_entries where sequence > 2") == "cut off at 3");
    BOOST_TEST(after("delete from platform.audit_entries") == "cut off at 1");
    BOOST_TEST(after("delete from platform.audit_entries where sequence = 4;"
                     " update platform.audit_entries set sequence = sequence + 100 where sequence > 4;"
                     " update platform.audit_entries set sequence = sequence - 101 where sequence > 100")
               == "altered at 4");
    // Swapped, each with its hash or without.
    const std::string moved = set("sequence = 99", 4) + set("sequence = 4", 7) + set("sequence = 7", 99);
    BOOST_TEST(after(moved) == "reordered at 4");
    BOOST_TEST(after(moved
                     + "update platform.audit_entries a set hash = b.hash from platform.audit_entries b"
                       " where (a.sequence, b.sequence) in ((4, 7), (7, 4))")
               == "reordered at 4");
    // The place of the fourth is empty; it stands at the end.
    BOOST_TEST(after(set("sequence = 11", 4)) == "reordered at 4");
    BOOST_TEST(
        after("insert into platform.audit_entries select tenant_id, gen_random_uuid(), happened_at, actor,"
              " role, action, subject, request_id, address, details, 11, hash, sealed_at from"
              " platform.audit_entries where sequence = 10")
        == "added at 11");
}

BOOST_AUTO_TEST_CASE(heads_that_are_changed_are_noticed) {
    fill();
    BOOST_TEST(after("update platform.audit_chains set hash = sha256('x')") == "head altered at 10");
    BOOST_TEST(after("update platform.audit_chains set sequence = 11") == "cut off at 11");
    BOOST_TEST(after("update platform.audit_chains set signature = null, signed_by = null")
               == "head not signed at 10");
    BOOST_TEST(after("delete from platform.audit_chains") == "added at 1");
    // The end is cut off, and the head moved back to where the rest ends.
    BOOST_TEST(after("delete from platform.audit_entries where sequence > 6; update platform.audit_chains"
                     " set sequence = 6, hash = (select hash from platform.audit_entries where sequence = 6)")
               == "head signed by nobody we know at 6");
    // As if the first ones had been past their retention.
    BOOST_TEST(after("update platform.audit_chains set pruned_through = 3,"
                     " anchor = (select hash from platform.audit_entries where sequence = 3);"
                     " delete from platform.audit_entries where sequence <= 3")
               == "head signed by nobody we know at 10");
    // Everything from the change on is hashed anew, and the head with it: only the key is missing.
    BOOST_TEST(after(set("actor = 'anonymous'", 5) + hash_anew(5)) == "head signed by nobody we know at 10");
    BOOST_TEST(after("delete from platform.audit_entries where sequence = 10;" + hash_anew(5))
               == "head signed by nobody we know at 9");
}

BOOST_AUTO_TEST_CASE(without_a_key_a_chain_that_was_hashed_anew_is_whole) {
    keeping.signing_keys.clear();
    fill();
    BOOST_TEST(!chain_of(through, alpha).head.signature);
    BOOST_TEST(after(set("actor = 'anonymous'", 5)) == "altered at 5");
    BOOST_TEST(after(set("actor = 'anonymous'", 5) + hash_anew(5)) == "");
}

BOOST_AUTO_TEST_CASE(a_key_can_be_replaced) {
    fill();
    keeping.signing_keys = {std::string(32, 'n'), std::string(32, 's')};
    BOOST_TEST(verdict_of(through, alpha) == ""); // signed by the one before
    write(through, "alpha", 1);
    seal(through);
    BOOST_TEST(verdict_of(through, alpha) == "");
    keeping.signing_keys = {std::string(32, 'n')};
    BOOST_TEST(verdict_of(through, alpha) == "");
    keeping.signing_keys = {std::string(32, 's')};
    BOOST_TEST(verdict_of(through, alpha) == "head signed by nobody we know at 11");
}

BOOST_AUTO_TEST_CASE(pruning_keeps_the_rest_verifiable) {
    fill();
    superuser.execute("update platform.audit_entries set sealed_at = sealed_at - interval '100 days'"
                      " where sequence <= 6");
    keeping.retention = std::chrono::hours{24 * 90};
    keeping.batch_max = 4;
    prune(through);
    BOOST_TEST(count() == "4");
    BOOST_TEST(chain_of(through, alpha).head.pruned_through == 6);
    BOOST_TEST(verdict_of(through, alpha) == "");
    BOOST_TEST(verify(through, alpha).checked == 4);
    BOOST_TEST(after("delete from platform.audit_entries where sequence = 7") == "removed at 7");
    BOOST_TEST(after("update platform.audit_chains set anchor = sha256('x')") == "altered at 7");
    write(through, "alpha", 2);
    seal(through);
    BOOST_TEST(verify(through, alpha).checked == 6);
    BOOST_TEST(verdict_of(through, alpha) == "");
    // All of it.
    superuser.execute("update platform.audit_entries set sealed_at = sealed_at - interval '100 days'");
    prune(through);
    BOOST_TEST(count() == "0");
    BOOST_TEST(verdict_of(through, alpha) == "");
    write(through, "alpha", 1);
    seal(through);
    BOOST_TEST(chain_of(through, alpha).head.sequence == 13);
    BOOST_TEST(verdict_of(through, alpha) == "");
}

BOOST_AUTO_TEST_CASE(operators_have_a_chain_of_their_own_and_write_into_an_organisations) {
    const auto operate = [](db::database& with, tenant_id about) -> task<> {
        auto beginning = db::platform_transaction::begin(with);
        auto transaction = co_await beginning;
        audit::add_operator_entry(transaction, actor::of_system(), tenant_id{}, audit::action::plan_changed,
                                  "", {{"plan", "standard"}});
        audit::add_operator_entry(transaction, actor::of_system(), about, audit::action::tenant_suspended,
                                  audit::subject_of("tenants", about.value));
        co_await transaction.commit();
    };
    through.run(operate(through.database, tenant_id{parse_uuid(alpha.id).value()}));
    seal(through);
    BOOST_TEST(count("tenant_id = '00000000-0000-0000-0000-000000000000'") == "1");
    BOOST_TEST(verify(through, alpha).checked == 1);
    const auto listed = through.run(audit::list_chains(through.database));
    BOOST_TEST(listed.size() == 2u);
    BOOST_TEST((listed.front().head.of == tenant_id{}));
    BOOST_TEST(listed.front().head.signature.has_value());
}

BOOST_AUTO_TEST_CASE(an_entry_is_about_what_its_action_says) {
    const auto misname = [](db::database& with, tenant_handle at) -> task<> {
        auto beginning = db::tenant_transaction::begin(with, at);
        auto transaction = co_await beginning;
        audit::add_entry(transaction, actor::of_system(), audit::action::event_created,
                         audit::subject_of("accounts", make_uuid()));
    };
    BOOST_CHECK_THROW(through.run(misname(through.database, through.handle_of("alpha"))), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
