// What stands in the audit log: actions, addresses, the text that is hashed.

#include "audit/action_table.hpp"
#include "audit/audit_chain.hpp"
#include "audit/audit_log.hpp"
#include "audit/coarse_address.hpp"
#include "support/postgres_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>
#include <sstream>

using namespace kidevent;
using namespace kidevent::audit;

BOOST_AUTO_TEST_SUITE(audit_log)

BOOST_AUTO_TEST_CASE(actions_are_named_once_as_record_and_deed) {
    std::set<std::string_view> names;
    for (const action_row& each : all_actions()) {
        BOOST_TEST(names.insert(each.name).second, each.name);
        BOOST_TEST(std::count(each.name.begin(), each.name.end(), '.') == 1, each.name);
        BOOST_TEST(&row_of(each.what) == &each);
        BOOST_TEST(find_action(each.name) == &each);
        BOOST_TEST(!each.meaning.empty());
    }
    BOOST_TEST(find_action("event.creates") == nullptr);
}

BOOST_AUTO_TEST_CASE(the_document_lists_every_action) {
    std::ifstream file(tests::source_directory() / "docs/audit.md");
    std::ostringstream text;
    text << file.rdbuf();
    BOOST_TEST(text.str().find(actions_reference()) != std::string::npos, actions_reference());
}

BOOST_AUTO_TEST_CASE(of_an_address_the_network_is_kept) {
    BOOST_TEST(coarse_address("203.0.113.77") == "203.0.113.0/24");
    BOOST_TEST(coarse_address("::ffff:203.0.113.77") == "203.0.113.0/24");
    BOOST_TEST(coarse_address("2001:db8:1:2:3:4:5:6") == "2001:db8:1::/48");
    BOOST_TEST(coarse_address("2001:DB8::1") == "2001:db8::/48");
    for (const char* const none : {"", "unix:", "203.0.113", "203.0.113.256", "localhost", "2001:db8::g"})
        BOOST_TEST(coarse_address(none) == "", none);
}

BOOST_AUTO_TEST_CASE(actors_are_named_by_their_kind) {
    BOOST_TEST(actor_text(actor{}) == "anonymous");
    BOOST_TEST(actor_text(actor::of_system()) == "system");
    BOOST_TEST(subject_of("events", uuid{}) == "events/00000000-0000-0000-0000-000000000000");
}

// So that whoever has an export can check it with what docs/audit.md says.
BOOST_AUTO_TEST_CASE(what_is_hashed_is_a_text_of_lines) {
    sealed_entry entry;
    entry.sequence = 7;
    entry.id = parse_uuid("019ac0de-0000-7000-8000-000000000001").value();
    entry.happened_at = timestamp{std::chrono::microseconds{1782896400123456}};
    entry.actor = "system";
    entry.role = "system";
    entry.action = "event.created";
    entry.subject = "events/019ac0de-0000-7000-8000-0000000000aa";
    entry.address = "192.0.2.0/24";
    entry.details = R"({"sessions":2})";
    const tenant_id of{parse_uuid("019ac0de-0000-7000-8000-0000000000bb").value()};
    BOOST_TEST(text_of(of, entry)
               == "kidevent-audit-1\n019ac0de-0000-7000-8000-0000000000bb\n7\n"
                  "019ac0de-0000-7000-8000-000000000001\n1782896400123456\nsystem\nsystem\nevent.created\n"
                  "events/019ac0de-0000-7000-8000-0000000000aa\n\n192.0.2.0/24\n{\"sessions\":2}");
    const crypto::digest previous{};
    BOOST_TEST(crypto::to_hex(hash_of(previous, of, entry))
               == crypto::sha256_hex(std::string(32, '\0') + text_of(of, entry)));
}

BOOST_AUTO_TEST_SUITE_END()
