#include "notifications/unsubscribe.hpp"

#include "notifications/notification_kind.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::notifications;

namespace {

const std::string key(32, 'k');
const std::string origin = "https://museum.kids.example";
const account_id somebody{*parse_uuid("019ac0de-0000-7000-8000-000000000001")};

std::string token_of(notification_kind kind) { return make_unsubscribe_token(key, origin, {somebody, kind}); }

} // namespace

BOOST_AUTO_TEST_SUITE(notifications_unsubscribe)

BOOST_AUTO_TEST_CASE(a_token_names_its_account_and_its_kind) {
    for (const auto kind : {notification_kind::session_reminder, notification_kind::daily_digest}) {
        const auto read = read_unsubscribe_token(key, {}, origin, token_of(kind));
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST((read->of == somebody));
        BOOST_TEST((read->kind == kind));
    }
}

BOOST_AUTO_TEST_CASE(a_token_is_good_at_one_organisation_and_with_one_key) {
    const std::string token = token_of(notification_kind::daily_digest);
    BOOST_TEST(!read_unsubscribe_token(key, {}, "https://circus.kids.example", token));
    BOOST_TEST(!read_unsubscribe_token(std::string(32, 'l'), {}, origin, token));
}

BOOST_AUTO_TEST_CASE(no_character_of_a_token_can_be_another_one) {
    const std::string token = token_of(notification_kind::session_reminder);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string forged = token;
        forged[i] = forged[i] == 'a' ? 'b' : 'a';
        BOOST_TEST(!read_unsubscribe_token(key, {}, origin, forged), forged);
        BOOST_TEST(!read_unsubscribe_token(key, {}, origin, token.substr(0, i)), i);
    }
    BOOST_TEST(!read_unsubscribe_token(key, {}, origin, token + "A"));
}

BOOST_AUTO_TEST_CASE(what_people_must_hear_of_cannot_be_refused_with_any_token) {
    for (const notification_rule& each : all_notification_rules()) {
        const bool is_good = read_unsubscribe_token(key, {}, origin, token_of(each.kind)).has_value();
        BOOST_TEST(is_good == is_optional(each.kind, channel::email), each.name);
    }
    BOOST_TEST(!is_optional(notification_kind::registration_confirmed, channel::email));
    BOOST_TEST(is_optional(notification_kind::event_cancelled, channel::sms));
}

BOOST_AUTO_TEST_CASE(kinds_are_found_by_their_names) {
    for (const notification_rule& each : all_notification_rules())
        BOOST_TEST((find_kind(each.name) == each.kind), each.name);
    BOOST_TEST(!find_kind("birthday"));
    for (const channel each : all_channels)
        BOOST_TEST((find_channel(to_text(each)) == each));
    BOOST_TEST(!find_channel("pigeon"));
}

BOOST_AUTO_TEST_CASE(a_link_holds_while_its_key_is_believed_and_no_longer) {
    const std::string next(32, 'n');
    const auto token = token_of(notification_kind::session_reminder);
    BOOST_TEST(read_unsubscribe_token(next, {key}, origin, token).has_value());
    BOOST_TEST(read_unsubscribe_token(next, {std::string(32, 'x'), key}, origin, token).has_value());
    BOOST_TEST(!read_unsubscribe_token(next, {}, origin, token).has_value());
    BOOST_TEST(!read_unsubscribe_token(next, {std::string(32, 'x')}, origin, token).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
