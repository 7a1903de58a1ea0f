// The signing key is changed in three steps, and nobody notices: the next key is believed everywhere, then it
// signs and the old one is believed, then the old one is gone.

#include "notifications/unsubscribe.hpp"
#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace {

const std::string next_key(32, 'n');

struct rotation : two_organisations {
    settings with_keys(const std::string& signing, const std::vector<std::string>& others) const {
        settings chosen = with;
        chosen.http.signing_key = signing;
        chosen.http.other_signing_keys = others;
        return chosen;
    }
    std::string old_key() const { return with.http.signing_key; }

    std::string next_page(api_client& from) {
        const auto first = from.get(alpha.first.guardian, "/api/v1/children?limit=1");
        return std::string{std::string_view{first.body.at("page").at("next").as_string()}};
    }
    int turn_page(api_client& at, const std::string& cursor) {
        return at.get(alpha.first.guardian, "/api/v1/children?limit=1&cursor=" + cursor).status;
    }
    std::string link_under(const std::string& key) const {
        return "/api/v1/unsubscribe?token="
               + notifications::make_unsubscribe_token(key, "https://alpha." + base_domain,
                                                       {account_id{*parse_uuid(alpha.first.guardian.id)},
                                                        notifications::notification_kind::session_reminder});
    }
    int signed_in(api_client& at) { return at.get(alpha.first.guardian, "/api/v1/accounts/me").status; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(key_rotation, rotation)

BOOST_AUTO_TEST_CASE(nobody_notices_that_the_signing_key_was_changed) {
    const std::string cursor = next_page(api);
    const std::string link = link_under(old_key());

    api_client warned{with_keys(old_key(), {next_key})};
    api_client changed{with_keys(next_key, {old_key()})};
    for (api_client* each : {&warned, &changed}) {
        BOOST_TEST(turn_page(*each, cursor) == 200);
        BOOST_TEST(each->get(anonymous_at("alpha"), link).status == 200);
        BOOST_TEST(signed_in(*each) == 200);
        // While both are there, each turns the pages that the other one began.
        BOOST_TEST(turn_page(*each, next_page(warned)) == 200);
        BOOST_TEST(turn_page(*each, next_page(changed)) == 200);
        BOOST_TEST(each->get(anonymous_at("alpha"), link_under(next_key)).status == 200);
    }
}

BOOST_AUTO_TEST_CASE(what_the_old_key_signed_ends_with_it_and_logins_do_not) {
    const std::string cursor = next_page(api);
    api_client after{with_keys(next_key, {})};
    const auto refused = after.get(alpha.first.guardian, "/api/v1/children?limit=1&cursor=" + cursor);
    BOOST_TEST(refused.status == 400);
    BOOST_TEST(refused.code() == "invalid_cursor");
    BOOST_TEST(after.get(anonymous_at("alpha"), link_under(old_key())).status == 404);
    // A login is a random token whose hash is in the database: no key has a part in it.
    BOOST_TEST(signed_in(after) == 200);
    BOOST_TEST(turn_page(after, next_page(after)) == 200);
    // And what the next key signs is nothing to who does not know it.
    BOOST_TEST(turn_page(api, next_page(after)) == 400);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
