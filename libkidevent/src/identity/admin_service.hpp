#pragma once
// Platform admins: their accounts and logins on the platform's own host. They are members of no tenant, and
// without a second factor they can do nothing but set one up. See docs/second-factor.md.

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/worker_threads.hpp"
#include "crypto/envelope.hpp"
#include "identity/login_service.hpp"
#include "identity/second_factor_service.hpp"

#include <vector>

namespace kidevent::identity {

struct admin {
    account_id id;
    std::string email;
    timestamp created_at;
    std::optional<timestamp> disabled_at;
    std::optional<timestamp> enrolled_at; // none: there is no confirmed second factor
};

struct admin_signed_in {
    admin person;
    std::string token;
};

// A second factor that an operator made for an admin, ready for use.
struct issued_factor {
    pending_factor what;
    std::vector<std::string> recovery_codes;
};

struct confirmed_factor {
    std::vector<std::string> recovery_codes;
    std::string token; // of the login that goes on
};

class admin_service {
public:
    // All must outlive it.
    admin_service(db::database& with, const identity_settings& settings, worker_threads& hashing,
                  const clock& now, const crypto::envelope& sealing);

    // Errors: sign_in_failed (nobody, a wrong password, a wrong code), second_factor_required,
    // too_many_requests; as at a tenant.
    task<result<admin_signed_in>> sign_in(credentials given);
    std::chrono::seconds login_lifetime() const noexcept { return settings_.admin_login_lifetime; }
    task<> sign_out(std::string token);
    task<actor> find_actor(std::string token);
    task<std::optional<admin>> find_admin(account_id id);

    // As for accounts; see second_factor_service. There is no removal: a factor is required.
    task<second_factor_state> find_factor_state(account_id of);
    task<result<pending_factor>> begin_factor(actor by);
    // Ends all logins, also the one that is used: the answer holds another one. Somebody else may have signed
    // in while the password was enough.
    task<result<confirmed_factor>> confirm_factor(actor by, std::string code);
    task<result<std::vector<std::string>>> renew_recovery_codes(actor by, std::string code);

    // For admins, through the API.

    // As create_admin(); `code` is of the second factor of who acts: whoever found a browser open must not
    // add another way in. Errors: those, too_many_requests.
    task<result<admin>> add_admin(actor by, std::string code, std::string email, std::string password);
    // Cannot sign in any more, and is signed out; nothing happens when that is so. Nobody can do it to
    // themselves, so that one always stays. Errors: not_found, forbidden, sign_in_required (whoever acts was
    // disabled meanwhile).
    task<result<admin>> deactivate_admin(actor by, account_id id);
    task<std::vector<admin>> list_admins(); // by address

    // For operators, at the command line.

    // Without a second factor. Errors: invalid_fields, email_taken.
    task<result<admin>> create_admin(std::string email, std::string password, actor by = actor::of_system());
    // Makes a confirmed factor, instead of one that was there, and ends the admin's logins. Errors:
    // not_found, encryption_not_configured.
    task<result<issued_factor>> issue_factor(std::string email);
    // The admin has to set up another one at the next sign-in; ends the logins. Errors: not_found.
    task<result<admin>> reset_factor(std::string email);
    // Cannot sign in any more, and is signed out. Errors: not_found.
    task<result<admin>> disable_admin(std::string email);

private:
    task<bool> verify(std::string hash, std::string password);
    task<result<>> check_factor(account_id of, std::string code);

    db::database& database_;
    const identity_settings& settings_;
    worker_threads& hashing_;
    sign_in_limits limits_;
    const clock& clock_;
    const crypto::envelope& sealing_;
};

} // namespace kidevent::identity
