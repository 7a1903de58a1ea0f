#include "identity/account_verification.hpp"

#include "identity/account_link_repository.hpp"
#include "identity/account_mail.hpp"

namespace kidevent::identity {

void add_verification(db::tenant_transaction& in, const settings& with, account_id of,
                      const std::string& email) {
    if (with.mail.host.empty()) return;
    constexpr auto purpose = link_purpose::email_verification;
    add_revoke_links(in, of, purpose);
    const account_link made{link_id{make_uuid()}, purpose, of, email, {}, {}, {}, {}, {}};
    add_insert_link(in, made, lifetime_of(purpose, with.identity));
    add_account_mail(in, with, {mail_purpose::email_verification, of, made.id, email});
}

} // namespace kidevent::identity
