#pragma once
// The second factor of accounts: enrolment, recovery codes, and what a sign-in asks of it. See
// docs/second-factor.md. Endpoints and login_service call it.

#include "core/actor.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "crypto/envelope.hpp"
#include "tenancy/tenant.hpp"

#include <kidevent/settings.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kidevent::db {
class database;
}

namespace kidevent::identity {

struct second_factor_state {
    std::optional<timestamp> enrolled_at; // none: there is no confirmed factor
    std::int64_t recovery_codes_left = 0;
};

// What an authenticator takes over; shown once.
struct pending_factor {
    std::string uri;    // otpauth://
    std::string secret; // in base32, for typing
};

// What the organisation demands of its people.
struct security_rules {
    bool second_factor_for_staff = false;
};

class second_factor_service {
public:
    // All must outlive it.
    second_factor_service(db::database& with, const identity_settings& settings,
                          const crypto::envelope& sealing, const clock& now);

    task<second_factor_state> find_state(const tenancy::tenant& at, account_id of);

    // A secret that counts once confirmed; replaces one that waits for it. `account_name` is what the
    // authenticator shows. Errors: second_factor_enrolled, encryption_not_configured.
    task<result<pending_factor>> begin(const tenancy::tenant& at, account_id of, std::string account_name);
    // `code` as the authenticator shows it. Gives the recovery codes; ends the account's other logins.
    // Errors: not_found (nothing was begun), second_factor_enrolled, invalid_fields (a wrong code),
    // too_many_requests.
    task<result<std::vector<std::string>>> confirm(const tenancy::tenant& at, actor by, std::string code);
    // Recovery codes instead of all earlier ones. Errors: not_found, invalid_fields (a wrong code),
    // too_many_requests.
    task<result<std::vector<std::string>>> renew_recovery_codes(const tenancy::tenant& at, actor by,
                                                                std::string code);
    // With a code, or a recovery code. Ends the account's other logins. Errors: as above.
    task<result<>> remove(const tenancy::tenant& at, actor by, std::string code);
    // Takes the factor from somebody who has lost it; ends all of the account's logins. Errors: not_found,
    // forbidden (those of owners are for owners).
    task<result<>> reset(const tenancy::tenant& at, actor by, account_id of);

    // For a sign-in whose password was right, before the login is made: spends the code. Errors:
    // second_factor_required (there is a factor and no code), sign_in_failed (a wrong code; counted),
    // too_many_requests (after many wrong ones).
    task<result<>> check(const tenancy::tenant& at, account_id of, std::string code) const;

    // Whether the account has a password, which then is asked for before its factor is changed.
    task<bool> has_password(const tenancy::tenant& at, account_id of);

    task<security_rules> find_rules(const tenancy::tenant& at);
    task<security_rules> put_rules(const tenancy::tenant& at, actor by, security_rules wanted);

private:
    db::database& database_;
    const identity_settings& settings_;
    const crypto::envelope& sealing_;
    const clock& clock_;
};

} // namespace kidevent::identity
