// `kidevent admin` and `kidevent keys`: the program itself.

#include "host/installation.hpp"

using namespace kidevent::tests;

namespace {

const std::string old_key = "old:" + std::string(42, 'k') + "g";
const std::string new_key = "new:" + std::string(42, 'n') + "g";

installation::variables with_keys(const std::string& keys) {
    return {{"KIDEVENT_SECURITY__ENCRYPTION_KEYS", keys}};
}

// An installation whose commands seal with the old key.
struct sealing_installation : installation {
    sealing_installation() : installation("admin_commands") {}

    outcome create_admin(const std::string& email, bool with_factor = true) {
        std::vector<std::string> words{"admin", "create", "--email", email, "--json", "--password-stdin"};
        if (!with_factor) words.push_back("--without-second-factor");
        return run_with("correct horse battery\n", words, with_keys(old_key));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(admin_commands, sealing_installation)

BOOST_AUTO_TEST_CASE(an_admin_is_created_with_a_second_factor_that_is_printed_once) {
    const auto made = create_admin("Ann@platform.example");
    CHECK_OUTCOME(made, 0);
    const auto printed = made.json();
    BOOST_TEST(text_in(printed, "email") == "ann@platform.example");
    BOOST_TEST(text_in(printed, "state") == "active");
    const std::string secret = text_in(printed, "secret");
    BOOST_TEST(secret.size() == 32u);
    BOOST_TEST(contains(text_in(printed, "otpauth_uri"), "secret=" + secret + "&"));
    BOOST_TEST(printed.at("recovery_codes").as_array().size() == 10u);
    CHECK_OUTCOME(create_admin("ann@platform.example"), 5);

    const auto listed = run({"admin", "list", "--json"});
    CHECK_OUTCOME(listed, 0);
    BOOST_TEST(!contains(listed.out, secret));
    BOOST_TEST(text_in(listed.json().at(0), "state") == "active");
    BOOST_TEST(sql("select count(*) from platform.second_factors where sealed_secret like 'e1.old.%'")
               == "1");
}

BOOST_AUTO_TEST_CASE(without_a_key_an_admin_is_made_only_when_the_factor_is_left_for_later) {
    const auto refused = run_with("correct horse battery\n",
                                  {"admin", "create", "--email", "ann@platform.example", "--password-stdin"});
    BOOST_TEST(refused.code != 0);
    BOOST_TEST(contains(refused.err, "security.encryption_keys"), refused);
    BOOST_TEST(sql("select count(*) from platform.admins") == "0");
    const auto made = create_admin("ann@platform.example", false);
    CHECK_OUTCOME(made, 0);
    BOOST_TEST(text_in(made.json(), "state") == "without second factor");
}

BOOST_AUTO_TEST_CASE(a_malformed_key_refuses_the_start_without_being_quoted) {
    const auto refused = run({"admin", "list"}, with_keys("old:tooShortToBeAKey"));
    CHECK_OUTCOME(refused, 78);
    BOOST_TEST(contains(refused.err, "security.encryption_keys"), refused);
    BOOST_TEST(!contains(refused.err, "tooShort"), refused);
}

BOOST_AUTO_TEST_CASE(a_factor_can_be_reset_and_issued_anew_and_an_admin_disabled) {
    CHECK_OUTCOME(create_admin("ann@platform.example"), 0);
    const auto reset = run({"admin", "reset-factor", "--email", "ann@platform.example", "--json"});
    CHECK_OUTCOME(reset, 0);
    BOOST_TEST(text_in(reset.json(), "state") == "without second factor");
    const auto issued =
        run({"admin", "issue-factor", "--email", "ann@platform.example", "--json"}, with_keys(old_key));
    CHECK_OUTCOME(issued, 0);
    BOOST_TEST(text_in(issued.json(), "secret").size() == 32u);
    const auto disabled = run({"admin", "disable", "--email", "ann@platform.example", "--json"});
    CHECK_OUTCOME(disabled, 0);
    BOOST_TEST(text_in(disabled.json(), "state") == "disabled");
    CHECK_OUTCOME(run({"admin", "disable", "--email", "ann@platform.example"}), 4);
    CHECK_OUTCOME(run({"admin", "reset-factor", "--email", "nobody@platform.example"}), 4);
}

BOOST_AUTO_TEST_CASE(what_an_old_key_sealed_is_sealed_again_with_the_first) {
    CHECK_OUTCOME(create_admin("ann@platform.example"), 0);
    const std::string before = sql("select sealed_secret from platform.second_factors");
    const auto done = run({"keys", "reseal", "--json"}, with_keys(new_key + "," + old_key));
    CHECK_OUTCOME(done, 0);
    BOOST_TEST(done.json().at("resealed").as_int64() == 1);
    const std::string after = sql("select sealed_secret from platform.second_factors");
    BOOST_TEST(after != before);
    BOOST_TEST(after.starts_with("e1.new."));
    const auto again = run({"keys", "reseal", "--json"}, with_keys(new_key));
    CHECK_OUTCOME(again, 0);
    BOOST_TEST(again.json().at("current").as_int64() == 1);

    const auto lost = run({"keys", "reseal", "--json"}, with_keys(old_key));
    CHECK_OUTCOME(lost, 65);
    BOOST_TEST(sql("select sealed_secret from platform.second_factors") == after);
    BOOST_TEST(run({"keys", "reseal"}).code != 0);
}

BOOST_AUTO_TEST_SUITE_END()
