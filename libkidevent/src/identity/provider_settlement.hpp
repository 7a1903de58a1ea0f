#pragma once
// Which account a person at a provider is: the one that is connected already, one that may be connected now,
// or a new one. All of it in one transaction. For oidc_service.

#include "core/actor.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "db/tenant_transaction.hpp"
#include "identity/id_token.hpp"
#include "identity/oidc_provider.hpp"
#include "tenancy/tenant.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::identity {

struct settlement_parts {
    db::database& database;
    const settings& with;
};

struct settled_person {
    account_id account{};
    std::string token; // of the new login
    bool is_new = false;
};

// Signs the person in. Errors: identity_provider_refused (no address, or the account is disabled),
// sign_up_not_allowed, account_not_linked, second_factor_required.
task<result<settled_person>> sign_in_person(const settlement_parts& parts, const tenancy::tenant& at,
                                            const identity_provider& by, provider_person who,
                                            std::string device);

// Connects the account that is signed in. Errors: identity_taken.
task<result<>> connect_person(const settlement_parts& parts, const tenancy::tenant& at,
                              const identity_provider& by, provider_person who, actor acting);

} // namespace kidevent::identity
