#pragma once
// The link that shows that an address is its account's.

#include "db/tenant_transaction.hpp"
#include "identity/account.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::identity {

// A link, instead of any earlier one, and the message that carries it. Nothing where no mail is sent.
void add_verification(db::tenant_transaction& in, const settings& with, account_id of,
                      const std::string& email);

} // namespace kidevent::identity
