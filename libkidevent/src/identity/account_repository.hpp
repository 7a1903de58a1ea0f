#pragma once
// The rows of accounts and households of one tenant.

#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "identity/account.hpp"

namespace kidevent::identity {

// What is remembered of logins depends on the accounts; see db::tenant_transaction::changes().
inline constexpr std::string_view accounts_topic = "accounts";
// Who somebody is, or what they may do, is not what it was: logins are asked for again, by all workers here
// and on other machines, from the commit on.
void add_forget_logins(db::tenant_transaction& in);

// What a sign-in compares.
struct stored_password {
    account person;
    std::optional<std::string> hash; // none: the person has not chosen a password yet
};

// Accounts that are disabled are not found.
db::pending_rows add_find_by_email(db::tenant_batch& in, const std::string& email);
db::pending_rows add_find_by_email(db::tenant_transaction& in, const std::string& email);
// The same of an id, locked until the transaction ends.
db::pending_rows add_lock_account(db::tenant_transaction& in, account_id id);
std::optional<stored_password> read_stored_password(const db::result_set& found);

db::pending_rows add_find_account(db::tenant_batch& in, account_id id);
db::pending_rows add_find_account(db::tenant_transaction& in, account_id id);
std::optional<account> read_account(const db::result_set& found);
// Newest first.
db::pending_rows add_list_accounts(db::tenant_batch& in, const std::optional<std::string>& role_name,
                                   const std::optional<account_id>& before, int limit);
std::vector<account> read_accounts(const db::result_set& found);

// Guardians have a household, which must exist.
void add_insert_account(db::tenant_transaction& in, account_id id, const new_account& from,
                        const std::string& password_hash, std::optional<household_id> household);
void add_insert_household(db::tenant_transaction& in, household_id id);
void add_set_password(db::tenant_transaction& in, account_id id, const std::string& password_hash);
void add_claim_account(db::tenant_transaction& in, account_id id, const new_account& from,
                       const std::string& password_hash);
// One row when the address was not verified before, and is the one that was.
db::pending_rows add_verify_email(db::tenant_transaction& in, account_id id, const std::string& email);
// It is verified from then on. Breaks accounts_email_unique when somebody has it.
void add_set_email(db::tenant_transaction& in, account_id id, const std::string& email);

// What is not set stays as it is; a language that is set to nothing is the organisation's.
struct profile_change {
    std::optional<std::string> given_name;
    std::optional<std::string> family_name;
    std::optional<std::optional<std::string>> language;
};
void add_change_profile(db::tenant_transaction& in, account_id id, const profile_change& by);

// The owners that are not disabled, locked in the order of their ids: nobody else makes or unmakes one
// meanwhile.
db::pending_rows add_lock_owners(db::tenant_transaction& in);
void add_set_role(db::tenant_transaction& in, account_id id, role wanted, bool limited_to_events);
// Takes away all that there were. Ids that are no events of the tenant are left out; gives the number of
// rows.
db::pending_rows add_set_events(db::tenant_transaction& in, account_id id,
                                const std::vector<event_id>& events);
void add_set_disabled(db::tenant_transaction& in, account_id id, bool disabled);

// Locks the household: no child is added to it until the transaction ends.
void add_lock_household(db::tenant_transaction& in, household_id id);
// One row when it has neither children nor registrations, nor another guardian than this one.
db::pending_rows add_find_empty_household(db::tenant_transaction& in, household_id id, account_id of);
void add_move_to_household(db::tenant_transaction& in, account_id id, household_id to);
void add_delete_household(db::tenant_transaction& in, household_id id);

} // namespace kidevent::identity
