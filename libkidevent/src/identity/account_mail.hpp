#pragma once
// Messages about accounts on their way to whoever sends them: rows that say what and to whom, and a job that
// knows their ids. Written and sent by notifications/account_mails.

#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "identity/account_link.hpp"

#include <optional>
#include <string>

namespace kidevent::identity {

using account_mail_id = strong_id<struct account_mail_tag>;

// A link of that purpose, or a notice of what was done.
enum class mail_purpose {
    email_verification,
    password_reset,
    email_change,
    staff_invitation,
    household_invitation,
    password_changed,
    email_changed,
};
// Also the name of the template, with "account_" before it.
std::string_view to_text(mail_purpose of) noexcept;
// None: a notice.
std::optional<link_purpose> link_of(mail_purpose of) noexcept;

struct new_account_mail {
    mail_purpose purpose;
    std::optional<account_id> about; // none: somebody who is invited
    std::optional<link_id> link;
    std::string email; // where it goes
};
// The row, and the job that sends it. Nothing where no mail is sent (mail.host).
void add_account_mail(db::tenant_transaction& in, const settings& with, const new_account_mail& what);

struct due_account_mail {
    mail_purpose purpose;
    std::optional<link_id> link;
    std::string email;
    bool is_open;                        // neither sent nor given up
    bool is_over;                        // its link does not work any more
    bool is_suppressed;                  // messages to the address came back
    std::string given_name;              // of the account; "": of somebody who is invited
    std::optional<std::string> language; // of the account; none: the organisation's
    std::string inviter;                 // full name; "": nobody
    std::optional<timestamp> expires_at; // of the link
};
db::pending_rows add_find_due_mail(db::tenant_batch& in, account_mail_id id);
std::optional<due_account_mail> read_due_mail(const db::result_set& found);
// The id in the payload of a job that add_account_mail() made.
std::optional<account_mail_id> mail_of(const std::string& payload);

// The link that the message will carry, and whose it is; or nobody is to get it.
void add_set_link(db::tenant_transaction& in, account_mail_id id, account_id about, link_id link);
void add_delete_mail(db::tenant_transaction& in, account_mail_id id);

// What came of an attempt: sent, deferred, failed or suppressed, and why.
void add_record_mail(db::tenant_transaction& in, account_mail_id id, std::string_view state,
                     std::string_view detail);
// Those made before then. At most so many.
db::pending_rows add_delete_old_mails(db::tenant_transaction& in, std::chrono::seconds kept, int at_most);

} // namespace kidevent::identity
