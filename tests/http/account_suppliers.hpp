#pragma once
// What routes about accounts need to be called with success. Part of route_suppliers.hpp.

#include "identity/account_link.hpp"

namespace kidevent::tests {

// An invitation as a row; the id.
inline std::string add_invitation(route_suppliers& in, const organisation& at, bool of_household) {
    const std::string id = to_string(make_uuid());
    in.superuser.rows(
        "insert into account_links (tenant_id, id, purpose, email, staff_role, household_id, created_by, "
        "expires_at) values ($1, $2, $3, $2::uuid || '@' || $4 || '.example', nullif($5, ''), "
        "nullif($6, '')::uuid, $7, now() + interval '1 day')",
        {at.id, id, of_household ? "household_invitation" : "staff_invitation", at.slug,
         of_household ? "" : "staff", of_household ? at.first.guardian.household : "",
         of_household ? at.first.guardian.id : at.owner.id});
    return id;
}

inline std::string fresh_link_token(route_suppliers& in) {
    const auto id = identity::link_id{parse_uuid(add_invitation(in, in.alpha, false)).value()};
    return identity::make_link_token(in.with.http, tenant_id{parse_uuid(in.alpha.id).value()},
                                     {identity::link_purpose::staff_invitation, id});
}

// Another account of staff than those that ask.
inline std::string fresh_staff(route_suppliers& in, const organisation& at) {
    const std::string id = to_string(make_uuid());
    in.superuser.rows(
        "insert into accounts (tenant_id, id, email, role, given_name, family_name) values ($1, $2, "
        "$2::uuid || '@' || $3 || '.example', 'staff', 'CANARY-' || $3, 'Fresh')",
        {at.id, id, at.slug});
    return id;
}

inline void add_suppliers_of_own_account(route_suppliers& to) {
    const auto with_body = [&to](std::string_view operation, const json::value& body) {
        to.suppliers[operation] = {belongs::nobody, [body](route_suppliers&, caller) {
                                       return prepared{"", body, 0, {}};
                                   }};
    };
    with_body("updateAccount", {{"language", "fr"}});
    // It stays the same, so that everybody can be signed in anew.
    with_body("putPassword", {{"current_password", password_of_all}, {"password", password_of_all}});
    with_body("createEmailChange", {{"email", "n@new.example"}, {"current_password", password_of_all}});
    with_body("createPasswordReset", {{"email", "first@alpha.example"}});
    to.suppliers["createEmailVerification"] = {belongs::nobody, nothing};
    to.suppliers["listLogins"] = {belongs::nobody, nothing};
    to.suppliers["deleteOtherLogins"] = {belongs::nobody, nothing};
    to.suppliers["deleteLoginById"] = {
        belongs::to_tenant,
        [](route_suppliers& in, caller as) {
            in.fresh_login(as);
            const auto id = in.superuser.value(
                "select id from logins where account_id = $1 order by created_at desc limit 1",
                {in.who(as, host_kind::tenant).id});
            return prepared{id, nullptr, 0, {}};
        },
        "", to.superuser.value("select id from logins where tenant_id = $1 limit 1", {to.beta.id})};
    to.suppliers["getAccountLink"] = {belongs::nobody, [](route_suppliers& in, caller) {
                                          prepared made;
                                          made.query = "?token=" + fresh_link_token(in);
                                          return made;
                                      }};
    to.suppliers["followAccountLink"] = {
        belongs::nobody, [](route_suppliers& in, caller) {
            prepared made;
            made.form = "token=" + fresh_link_token(in)
                        + "&given_name=N&family_name=N&password=correct+horse+battery";
            return made;
        }};
}

inline void add_suppliers_of_accounts(route_suppliers& to) {
    add_suppliers_of_own_account(to);
    to.suppliers["listAccounts"] = {belongs::nobody, nothing};
    const auto of_account = [&to](std::string_view operation, const json::value& body) {
        to.suppliers[operation] = {belongs::to_tenant,
                                   [body](route_suppliers& in, caller) {
                                       return prepared{fresh_staff(in, in.alpha), body, 0, {}};
                                   },
                                   "", to.beta.staff.id};
    };
    of_account("getAccountById", nullptr);
    of_account("updateAccountRights", {{"role", "staff"}, {"events", json::array{to.alpha.event}}});
    of_account("deactivateAccount", nullptr);
    of_account("reactivateAccount", nullptr);

    to.superuser.execute("update accounts set email_verified_at = now()");
    for (const char* const each : {"listStaffInvitations", "listHouseholdInvitations"})
        to.suppliers[each] = {belongs::nobody, nothing};
    to.suppliers["createStaffInvitation"] = {
        belongs::nobody, [](route_suppliers& in, caller) {
            return prepared{
                "", json::value{{"email", in.fresh("s") + "@new.example"}, {"role", "staff"}}, 0, {}};
        }};
    to.suppliers["createHouseholdInvitation"] = {
        belongs::nobody, [](route_suppliers& in, caller) {
            in.superuser.rows(
                "delete from account_links where purpose = 'household_invitation' and tenant_id = $1",
                {in.alpha.id});
            return prepared{"", json::value{{"email", in.fresh("g") + "@new.example"}}, 0, {}};
        }};
    to.suppliers["deleteStaffInvitation"] = {
        belongs::to_tenant,
        [](route_suppliers& in, caller) {
            return prepared{add_invitation(in, in.alpha, false), nullptr, 0, {}};
        },
        "", add_invitation(to, to.beta, false)};
    to.suppliers["deleteHouseholdInvitation"] = {
        belongs::to_tenant,
        [](route_suppliers& in, caller) {
            return prepared{add_invitation(in, in.alpha, true), nullptr, 0, {}};
        },
        "", add_invitation(to, to.beta, true)};
}

} // namespace kidevent::tests
