#pragma once
// Signing up, signing in and out at a tenant, and the only maker of actors of a tenant. Handlers and the
// command line call it.

#include "cache/value_cache.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/worker_threads.hpp"
#include "crypto/sha256.hpp"
#include "identity/account.hpp"
#include "identity/account_repository.hpp"
#include "identity/login_repository.hpp"
#include "identity/sign_in_limits.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::db {
class database;
class tenant_transaction;
} // namespace kidevent::db

namespace kidevent::identity {

struct signed_in {
    account person;
    std::string token; // what the browser keeps; the database holds its hash
};

struct credentials {
    std::string email;
    std::string password;
    std::string remote_address; // counted against the limits
    std::string code;           // of the second factor, or a recovery code; "": none was given
    std::string device;         // see device_text()
};

class second_factor_service;

class login_service {
public:
    // All must outlive it.
    login_service(db::database& with, const settings& all, worker_threads& hashing, const clock& now,
                  cache::value_cache& remembered, std::chrono::milliseconds login_ttl,
                  const second_factor_service& factors);

    // Creates a guardian with a household, signed in, who is sent a link that verifies the address. Of `from`
    // the address and the device count. Errors: invalid_fields, email_taken, too_many_requests.
    task<result<signed_in>> sign_up(const tenancy::tenant& at, new_account wanted, credentials from);
    // Errors: sign_in_failed (unknown person, wrong password, no password yet, a wrong code: the same answer
    // in the same time), too_many_requests, second_factor_required.
    task<result<signed_in>> sign_in(const tenancy::tenant& at, credentials given);
    // A login for somebody who has shown in another way who they are. Goes with the transaction's next run()
    // or commit(); gives the token.
    std::string add_login(db::tenant_transaction& in, account_id of, const std::string& device);
    // Forgets the login; nothing happens when there is none.
    task<> sign_out(const tenancy::tenant& at, actor by, std::string token);
    // Who the token belongs to; anonymous when it is unknown or expired. Remembered for login_ttl, and
    // forgotten when this machine signs the login out.
    task<actor> find_actor(const tenancy::tenant& at, std::string token);
    task<std::optional<account>> find_account(const tenancy::tenant& at, account_id id);

    // For operators: creates the account, or gives an existing one without a password its first one. An empty
    // password creates an account that cannot sign in yet. Errors: invalid_fields, email_taken.
    task<result<account>> create_account(const tenancy::tenant& at, new_account wanted);

    std::chrono::seconds login_lifetime() const noexcept { return settings_.identity.login_lifetime; }

    // On threads of their own. Errors: too_many_requests.
    task<result<std::string>> hash(std::string password);
    // Whether it is the password of this person, whose tries it counts until one is right. Takes the same
    // time when there is no hash. Errors: sign_in_failed, too_many_requests.
    task<result<>> check_password(const tenancy::tenant& at, std::string email, std::string password);

private:
    struct checked_password;
    task<result<checked_password>> check_credentials(const tenancy::tenant& at, const credentials& given);
    task<cache::loaded> read_actor(const tenancy::tenant& at, crypto::digest token_hash);
    task<> touch(const tenancy::tenant& at, login_id id);
    task<bool> verify(std::optional<std::string> hash, std::string password);
    task<> note_failure(const tenancy::tenant& at, const std::optional<stored_password>& whose);
    task<> forget_tries(const tenancy::tenant& at, crypto::digest tries);

    db::database& database_;
    const settings& settings_;
    worker_threads& hashing_;
    sign_in_limits limits_;
    cache::value_cache& remembered_;
    std::chrono::milliseconds login_ttl_;
    const second_factor_service& factors_;
};

} // namespace kidevent::identity
