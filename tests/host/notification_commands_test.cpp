// `kidevent notifications`: the program itself.

#include "host/installation.hpp"

#include "core/uuid.hpp"

using namespace kidevent;
using namespace kidevent::tests;

namespace {

// An organisation whose owner has got a message.
struct notified_installation : installation {
    notified_installation() {
        CHECK_OUTCOME(create("alpha"), 0);
        set_state("sent");
    }
    void set_state(const std::string& state) {
        sql("delete from notifications");
        sql("insert into notifications (tenant_id, id, account_id, kind, channel, subject_id, about, "
            "dedupe_key, "
            "state, scheduled_for, first_due_at) select tenant_id, '"
            + id + "', id, 'account_created', 'email', id, now(), 'once', '" + state
            + "', now(), now() from accounts returning id");
    }
    std::string state() { return sql("select state from notifications"); }

    const std::string id = to_string(make_uuid());
};

std::vector<std::string> command(std::initializer_list<std::string> words) {
    std::vector<std::string> all{"notifications"};
    all.insert(all.end(), words);
    all.insert(all.end(), {"--tenant", "alpha", "--json"});
    return all;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(notification_commands, notified_installation)

BOOST_AUTO_TEST_CASE(messages_are_listed_shown_and_counted) {
    const auto listed = run(command({"list"})).json().as_array();
    BOOST_REQUIRE_EQUAL(listed.size(), 1U);
    BOOST_TEST(text_in(listed[0], "kind") == "account_created");
    BOOST_TEST(run(command({"list", "--state", "failed"})).out == "[]\n");
    BOOST_TEST(text_in(run(command({"show", id})).json(), "state") == "sent");
    CHECK_OUTCOME(run(command({"show", to_string(make_uuid())})), 4);
    CHECK_OUTCOME(run(command({"show", "5"})), 2);
    const auto counted = run(command({"stats"})).json();
    BOOST_TEST(counted.at(0).at("messages").as_int64() == 1);
    CHECK_OUTCOME(run({"notifications", "list", "--tenant", "nobody"}), 4);
}

BOOST_AUTO_TEST_CASE(only_what_was_not_sent_is_sent_again) {
    CHECK_OUTCOME(run(command({"retry", id})), 4);
    set_state("failed");
    CHECK_OUTCOME(run(command({"retry", id})), 0);
    BOOST_TEST(state() == "queued");
    BOOST_TEST(sql("select count(*) from platform.jobs where kind = 'send_email'") == "1");
}

BOOST_AUTO_TEST_CASE(addresses_are_suppressed_and_released) {
    CHECK_OUTCOME(run(command({"suppress", " Ida@Nord.example", "--reason", "asked by letter"})), 0);
    const auto listed = run(command({"suppressed"})).json();
    BOOST_TEST(text_in(listed.at(0), "address") == "ida@nord.example");
    BOOST_TEST(text_in(listed.at(0), "reason") == "manual");
    CHECK_OUTCOME(run(command({"unsuppress", "ida@nord.example"})), 0);
    CHECK_OUTCOME(run(command({"unsuppress", "ida@nord.example"})), 4);
}

BOOST_AUTO_TEST_CASE(a_report_of_a_mail_server_suppresses_the_address_of_its_message) {
    const std::string report = "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n\n"
                               "Message-ID: <"
                               + id + "@alpha.kids.example>\n";
    const auto read = run_with(report, {"notifications", "bounces", "-", "--json"});
    CHECK_OUTCOME(read, 0);
    BOOST_TEST(read.json().at("recorded").as_int64() == 1);
    BOOST_TEST(state() == "bounced");
    BOOST_TEST(sql("select address from suppressed_addresses where suppressed_at is not null")
               == "owner@alpha.example");
    // Of an organisation that is not there.
    const auto strange =
        run_with("{\"message_id\": \"<" + id + "@omega.kids.example>\", \"type\": \"complaint\"}\n",
                 {"notifications", "bounces", "-", "--json"});
    CHECK_OUTCOME(strange, 0);
    BOOST_TEST(strange.json().at("reports").as_int64() == 1);
    BOOST_TEST(strange.json().at("recorded").as_int64() == 0);
    CHECK_OUTCOME(run({"notifications", "bounces", "/nowhere"}), 65);
}

BOOST_AUTO_TEST_CASE(a_message_can_be_read_before_it_is_sent) {
    const auto previewed = run(command({"preview", "account_created", "--locale", "de"}));
    CHECK_OUTCOME(previewed, 0);
    BOOST_TEST(contains(text_in(previewed.json(), "text"), "Guten Tag"));
    CHECK_OUTCOME(run(command({"preview", "event_cancelled", "--subject", to_string(make_uuid())})), 4);
    CHECK_OUTCOME(run(command({"preview", "birthday"})), 2);
}

BOOST_AUTO_TEST_SUITE_END()
