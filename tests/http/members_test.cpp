// The people of an organisation: roles, limits, disabling, and invitations of staff and of the other
// guardian.

#include <boost/test/unit_test.hpp>

#include "http/account_fixture.hpp"

using namespace kidevent;
using namespace kidevent::tests;
using identity::link_purpose;

namespace {

struct members : account_fixture {
    answer give(const person& by, const person& whom, const json::value& rights) {
        return one->patch(by, "/api/v1/accounts/" + whom.id, 0, rights);
    }
    answer disable(const person& by, const person& whom) {
        return one->put(by, "/api/v1/accounts/" + whom.id + "/deactivation");
    }
    answer invite(const person& by, const json::value& whom) {
        return one->post(by, "/api/v1/staff-invitations", whom);
    }
    // Who follows an invitation of staff, signed in.
    person accept(const std::string& email) {
        const auto done = follow(token(email, link_purpose::staff_invitation),
                                 names + "&password=" + form_text(password_of_all));
        BOOST_REQUIRE(done.status == 200);
        return one->sign_in("alpha", email);
    }
    person manager() {
        BOOST_REQUIRE(invite(alpha.owner, {{"email", "manager@alpha.example"}, {"role", "manager"}}).status
                      == 201);
        return accept("manager@alpha.example");
    }
    int events_seen(const person& who) {
        return static_cast<int>(one->get(who, "/api/v1/managed-events").body.at("data").as_array().size());
    }

    const std::string names = "&given_name=Mia&family_name=Manz";
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_members, members)

BOOST_AUTO_TEST_CASE(another_role_holds_for_the_next_request_at_every_worker) {
    const std::string webhooks = "/api/v1/webhooks";
    BOOST_TEST(one->get(alpha.staff, webhooks).status == 403);
    BOOST_TEST(other->get(alpha.staff, webhooks).status == 403);
    BOOST_TEST(give(alpha.owner, alpha.staff, {{"role", "manager"}}).member("role") == "manager");
    BOOST_TEST(other->get(alpha.staff, webhooks).status == 200);
    BOOST_TEST(one->get(alpha.staff, webhooks).status == 200);
    BOOST_TEST(give(alpha.owner, alpha.staff, {{"role", "staff"}}).status == 200);
    BOOST_TEST(other->get(alpha.staff, webhooks).status == 403);
    BOOST_TEST(audited("account.role_changed") == 2);
    BOOST_TEST(superuser.value(
                   "select string_agg(data->>'role' || ' ' || (data->>'state'), ', ' order by sequence) from "
                   "platform.outbox where type = 'com.kidevent.account.updated.v1'")
               == "manager active, staff active");
}

BOOST_AUTO_TEST_CASE(managers_manage_staff_and_managers_and_owners_everybody) {
    const auto boss = manager();
    BOOST_TEST(give(boss, alpha.staff, {{"role", "manager"}}).status == 200);
    BOOST_TEST(give(boss, alpha.staff, {{"role", "owner"}}).status == 403);
    BOOST_TEST(give(boss, boss, {{"role", "owner"}}).status == 403);
    BOOST_TEST(give(boss, alpha.owner, {{"role", "staff"}}).status == 403);
    BOOST_TEST(disable(boss, alpha.owner).status == 403);
    BOOST_TEST(invite(boss, {{"email", "x@alpha.example"}, {"role", "owner"}}).status == 403);
    BOOST_TEST(invite(boss, {{"email", "x@alpha.example"}, {"role", "manager"}}).status == 201);
    BOOST_TEST(give(alpha.owner, alpha.staff, {{"role", "owner"}}).status == 200);
    for (const person& each : {alpha.first.guardian})
        BOOST_TEST(give(each, alpha.staff, {{"role", "staff"}}).status == 403);
    BOOST_TEST(one->get(alpha.first.guardian, "/api/v1/accounts").status == 403);
    // A guardian's account stays one, and nobody elsewhere is reached.
    BOOST_TEST(give(alpha.owner, alpha.first.guardian, {{"role", "staff"}}).faults() == "/role not_allowed");
    BOOST_TEST(give(alpha.owner, beta.staff, {{"role", "manager"}}).status == 404);
    BOOST_TEST(disable(alpha.owner, beta.staff).status == 404);
    for (const char* const member : {"tenant_id", "household_id", "id", "email", "disabled_at"})
        BOOST_TEST(give(alpha.owner, alpha.staff, {{"role", "staff"}, {member, "x"}}).status == 422, member);
    BOOST_TEST(give(alpha.owner, alpha.staff, {{"role", "guardian"}}).status == 422);
    BOOST_TEST(give(alpha.owner, alpha.staff, {{"role", "platform_admin"}}).status == 422);
}

BOOST_AUTO_TEST_CASE(the_last_owner_stays_one) {
    BOOST_TEST(give(alpha.owner, alpha.owner, {{"role", "manager"}}).code() == "last_owner");
    BOOST_TEST(disable(alpha.owner, alpha.owner).code() == "last_owner");
    BOOST_REQUIRE(give(alpha.owner, alpha.staff, {{"role", "owner"}}).status == 200);
    BOOST_TEST(give(alpha.staff, alpha.owner, {{"role", "manager"}}).status == 200);
    BOOST_TEST(give(alpha.staff, alpha.staff, {{"role", "manager"}}).code() == "last_owner");
    // One who is disabled is none.
    BOOST_REQUIRE(give(alpha.staff, alpha.owner, {{"role", "owner"}}).status == 200);
    BOOST_TEST(disable(alpha.staff, alpha.owner).status == 200);
    BOOST_TEST(disable(alpha.staff, alpha.staff).code() == "last_owner");
}

BOOST_AUTO_TEST_CASE(who_is_disabled_is_out_at_once_and_can_be_let_in_again) {
    BOOST_TEST(is_in_at_other(alpha.staff));
    const auto reset = ask_reset("staff@alpha.example");
    const auto disabled = disable(alpha.owner, alpha.staff);
    BOOST_TEST(disabled.status == 200);
    BOOST_TEST(!disabled.body.at("disabled_at").is_null());
    BOOST_TEST(!is_in(alpha.staff));
    BOOST_TEST(!is_in_at_other(alpha.staff));
    BOOST_TEST(try_sign_in("staff@alpha.example", password_of_all).status == 401);
    BOOST_TEST(follow(reset, "&password=seven+purple+walruses").status == 404);
    BOOST_TEST(disable(alpha.owner, alpha.staff).status == 200);
    BOOST_TEST(audited("account.disabled") == 1);
    const auto enabled = one->remove(alpha.owner, "/api/v1/accounts/" + alpha.staff.id + "/deactivation");
    BOOST_TEST(enabled.body.at("disabled_at").is_null());
    BOOST_TEST(!is_in(alpha.staff)); // the login is gone
    BOOST_TEST(try_sign_in("staff@alpha.example", password_of_all).status == 201);
    // Guardians as well.
    BOOST_TEST(disable(alpha.owner, alpha.first.guardian).status == 200);
    BOOST_TEST(!is_in_at_other(alpha.first.guardian));
}

BOOST_AUTO_TEST_CASE(staff_is_limited_to_given_events) {
    const auto made = add_event(alpha.staff, "Climbing");
    BOOST_TEST(events_seen(alpha.staff) == 3);
    const auto limited = give(alpha.owner, alpha.staff, {{"events", json::array{made.event}}});
    BOOST_REQUIRE(limited.status == 200);
    BOOST_TEST(limited.body.at("events").as_array().size() == 1U);
    BOOST_TEST(one->get(alpha.owner, "/api/v1/accounts/" + alpha.staff.id).body.at("events")
               == limited.body.at("events"));
    BOOST_TEST(events_seen(alpha.staff) == 1);
    BOOST_TEST(give(alpha.owner, alpha.staff, {{"events", json::array{beta.event}}}).faults()
               == "/events not_found");
    BOOST_TEST(give(alpha.owner, alpha.owner, {{"events", json::array{made.event}}}).faults()
               == "/events not_allowed");
    BOOST_TEST(give(alpha.owner, alpha.staff, {{"events", json::array{}}}).status == 200);
    BOOST_TEST(events_seen(alpha.staff) == 0);
    // Nobody but staff is limited, so another role ends it.
    BOOST_TEST(give(alpha.owner, alpha.staff, {{"role", "manager"}}).body.at("events").is_null());
    BOOST_TEST(events_seen(alpha.staff) == 3);
    BOOST_TEST(audited("account.limits_changed") == 2);
}

BOOST_AUTO_TEST_CASE(staff_is_invited_and_becomes_what_the_invitation_says_once) {
    const auto created = audited("account.created");
    const auto made =
        invite(alpha.owner,
               {{"email", "New@Alpha.Example"}, {"role", "staff"}, {"events", json::array{alpha.event}}});
    BOOST_REQUIRE(made.status == 201);
    BOOST_TEST(made.member("email") == "new@alpha.example");
    const auto listed = one->get(alpha.owner, "/api/v1/staff-invitations");
    BOOST_TEST(listed.body.at("data").as_array().size() == 1U);
    BOOST_TEST(superuser.value("select extract(epoch from expires_at - created_at)::int from account_links")
               == std::to_string(7 * 24 * 3600));
    const auto link = token("new@alpha.example", link_purpose::staff_invitation);
    const auto page = look(link);
    BOOST_TEST(page.status == 200);
    BOOST_TEST(page.text.find("name=\"given_name\"") != std::string::npos);
    BOOST_TEST(follow(link, "&password=" + form_text(password_of_all)).status == 422); // no names
    BOOST_TEST(follow(link, names + "&role=owner&password=" + form_text(password_of_all)).status == 422);
    const auto joined = accept("new@alpha.example");
    const auto mine = one->get(joined, me);
    BOOST_TEST(mine.member("role") == "staff");
    BOOST_TEST(mine.body.at("email_verified").as_bool());
    BOOST_TEST(mine.body.at("events") == json::value(json::array{alpha.event}));
    BOOST_TEST(events_seen(joined) == 1);
    BOOST_TEST(follow(link, names + "&password=" + form_text(password_of_all)).status == 404);
    BOOST_TEST(one->get(alpha.owner, "/api/v1/staff-invitations").body.at("data").as_array().empty());
    BOOST_TEST((audited("account.invited") == 1 && audited("account.created") == created + 1));
}

BOOST_AUTO_TEST_CASE(an_invitation_ends_with_its_revocation_its_time_a_later_one_or_its_inviter) {
    const json::value body{{"email", "new@alpha.example"}, {"role", "staff"}};
    const auto accept_with = [this](const std::string& link) {
        return follow(link, names + "&password=" + form_text(password_of_all)).status;
    };
    const auto latest = [this] { return token("new@alpha.example", link_purpose::staff_invitation); };
    const auto id = invite(alpha.owner, body).member("id");
    BOOST_TEST(one->remove(beta.owner, "/api/v1/staff-invitations/" + id).status == 404);
    BOOST_TEST(one->remove(alpha.owner, "/api/v1/staff-invitations/" + id).status == 204);
    BOOST_TEST(one->remove(alpha.owner, "/api/v1/staff-invitations/" + id).status == 404);
    BOOST_TEST(accept_with(latest()) == 404);

    invite(alpha.owner, body);
    const auto earlier = latest();
    invite(alpha.owner, body);
    BOOST_TEST(accept_with(earlier) == 404);
    superuser.execute("update account_links set expires_at = now()");
    BOOST_TEST(accept_with(latest()) == 404);

    // What somebody may not give any more, nobody gets from them.
    const auto boss = manager();
    invite(boss, body);
    BOOST_REQUIRE(give(alpha.owner, boss, {{"role", "staff"}}).status == 200);
    BOOST_TEST(accept_with(latest()) == 404);
    BOOST_TEST(invite(alpha.owner, {{"email", "first@alpha.example"}, {"role", "staff"}}).code()
               == "email_taken");
    BOOST_TEST(invite(alpha.owner,
                      {{"email", "y@alpha.example"}, {"role", "staff"}, {"events", json::array{beta.event}}})
                   .faults()
               == "/events not_found");
    with.identity.invitations_per_tenant_max = 1;
    restart();
    BOOST_TEST(invite(alpha.owner, {{"email", "y@alpha.example"}, {"role", "staff"}}).faults()
               == "/email too_many");
}

BOOST_AUTO_TEST_CASE(the_other_guardian_joins_the_household_with_a_new_account) {
    const json::value whom{{"email", "papa@alpha.example"}};
    const std::string path = "/api/v1/household-invitations";
    // Only who is reached at the address that the invitation speaks for.
    BOOST_TEST(one->post(alpha.first.guardian, path, whom).code() == "email_not_verified");
    superuser.execute("update accounts set email_verified_at = now()");
    BOOST_TEST(one->post(alpha.staff, path, whom).status == 403);
    const auto made = one->post(alpha.first.guardian, path, whom);
    BOOST_REQUIRE(made.status == 201);
    BOOST_TEST(one->get(alpha.first.guardian, path).body.at("data").as_array().size() == 1U);
    BOOST_TEST(one->get(alpha.second.guardian, path).body.at("data").as_array().empty());
    BOOST_TEST(one->remove(alpha.second.guardian, path + "/" + made.member("id")).status == 404);
    const auto link = token("papa@alpha.example", link_purpose::household_invitation);
    BOOST_TEST(follow(link, names + "&password=" + form_text(password_of_all)).status == 200);
    const auto papa = one->sign_in("alpha", "papa@alpha.example");
    BOOST_TEST(papa.household == alpha.first.guardian.household);
    BOOST_TEST(one->get(papa, "/api/v1/children/" + alpha.first.child).status == 200);
    BOOST_TEST(one->get(papa, "/api/v1/children/" + alpha.second.child).status == 404);
    BOOST_TEST(follow(link, names + "&password=" + form_text(password_of_all)).status == 404);
    BOOST_TEST(superuser.value(
                   "select count(*) from platform.outbox where type = 'com.kidevent.household.joined.v1'")
               == "1");
}

BOOST_AUTO_TEST_CASE(an_account_without_children_joins_with_what_it_has_and_others_do_not) {
    superuser.execute("update accounts set email_verified_at = now()");
    const auto papa = one->sign_up("alpha", "papa@alpha.example");
    const auto invite_to = [this](const std::string& email) {
        BOOST_REQUIRE(
            one->post(alpha.first.guardian, "/api/v1/household-invitations", {{"email", email}}).status
            == 201);
        return token(email, link_purpose::household_invitation);
    };
    BOOST_TEST(is_in_at_other(papa));
    const auto link = invite_to("papa@alpha.example");
    BOOST_TEST(look(link).text.find("type=\"password\"") == std::string::npos);
    BOOST_TEST(follow(link).status == 200);
    BOOST_TEST(one->get(papa, me).member("household_id") == alpha.first.guardian.household);
    BOOST_TEST(other->get(papa, "/api/v1/children/" + alpha.first.child).status == 200);
    BOOST_TEST(superuser.value("select count(*) from households where id = '" + papa.household + "'") == "0");
    BOOST_TEST(try_sign_in("papa@alpha.example", password_of_all).status == 201);

    BOOST_TEST(follow(invite_to("second@alpha.example")).status == 409);
    BOOST_TEST(one->get(alpha.second.guardian, me).member("household_id") == alpha.second.guardian.household);
    BOOST_TEST(follow(invite_to("staff@alpha.example")).status == 409);
    BOOST_TEST(one->get(alpha.staff, me).member("role") == "staff");
    BOOST_TEST(
        one->post(alpha.first.guardian, "/api/v1/household-invitations", {{"email", "first@alpha.example"}})
            .faults()
        == "/email not_allowed");
}

BOOST_AUTO_TEST_CASE(accounts_are_listed_by_role) {
    const auto all = one->get(alpha.owner, "/api/v1/accounts?limit=2");
    BOOST_TEST(all.body.at("data").as_array().size() == 2U);
    BOOST_TEST(all.body.at("page").at("has_more").as_bool());
    const auto staff = one->get(alpha.owner, "/api/v1/accounts?role=staff");
    BOOST_REQUIRE(staff.body.at("data").as_array().size() == 1U);
    BOOST_TEST(staff.text.find("staff@alpha.example") != std::string::npos);
    BOOST_TEST(staff.text.find("beta") == std::string::npos);
    BOOST_TEST(staff.text.find("argon2") == std::string::npos);
    BOOST_TEST(one->get(alpha.owner, "/api/v1/accounts?role=nobody").status == 422);
}

BOOST_AUTO_TEST_SUITE_END()
