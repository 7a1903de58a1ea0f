#include "owner_account.hpp"

#include "refused.hpp"

#include "http/utf8.hpp"
#include "identity/account_repository.hpp"

namespace kidevent::cli {
namespace {

constexpr std::size_t name_bytes_max = 100;

task<std::optional<role>> find_role(db::database& with, tenancy::tenant_ptr at, std::string email) {
    db::tenant_batch batch{with, at->handle};
    const auto found = identity::add_find_by_email(batch, identity::normalised_email(email));
    auto running = batch.run();
    co_await running;
    const auto stored = identity::read_stored_password(found.rows());
    if (!stored) co_return std::nullopt;
    co_return stored->person.acts_as;
}

} // namespace

void complete_names(identity::new_account& of, const tenancy::tenant& at) {
    if (of.given_name.empty()) {
        of.given_name = of.email.substr(0, of.email.find('@')).substr(0, name_bytes_max);
        char* const first = of.given_name.data();
        if (*first >= 'a' && *first <= 'z') *first = static_cast<char>(*first - 'a' + 'A');
    }
    if (of.family_name.empty()) of.family_name = http::utf8_prefix(at.name, name_bytes_max);
}

void ensure_owner(opened_platform& with, const tenancy::tenant_ptr& at, const std::string& email) {
    identity::new_account owner{email, "", role::owner, "", ""};
    complete_names(owner, *at);
    const auto made = with.wait_for(with.parts().logins.create_account(*at, owner));
    if (made) return;
    if (made.error().code == errc::email_taken) {
        // Also the answer for an owner who has a password already.
        const auto acts_as = with.wait_for(find_role(with.parts().database, at, email));
        if (acts_as == role::owner) return;
    }
    throw refused(made.error(), email);
}

} // namespace kidevent::cli
