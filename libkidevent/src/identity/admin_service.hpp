#pragma once
// Platform admins: their accounts and logins on the platform's own host. They are members of no tenant.

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/worker_threads.hpp"
#include "identity/login_service.hpp"

namespace kidevent::identity {

struct admin {
    account_id id;
    std::string email;
    timestamp created_at;
};

struct admin_signed_in {
    admin person;
    std::string token;
};

class admin_service {
public:
    admin_service(db::database& with, const identity_settings& settings, worker_threads& hashing,
                  const clock& now);

    // Errors: sign_in_failed, too_many_requests; as at a tenant.
    task<result<admin_signed_in>> sign_in(credentials given);
    task<> sign_out(std::string token);
    task<actor> find_actor(std::string token);
    task<std::optional<admin>> find_admin(account_id id);
    // For operators. Errors: invalid_fields, email_taken.
    task<result<admin>> create_admin(std::string email, std::string password);

private:
    db::database& database_;
    const identity_settings& settings_;
    worker_threads& hashing_;
    sign_in_limits limits_;
};

} // namespace kidevent::identity
