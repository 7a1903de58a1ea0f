#pragma once
// What a link in a message leads to, and what following it to the end does. Whoever has the link may: that is
// what it is for. Each works once. Called by the endpoints of the pages.

#include "http/request_context.hpp"
#include "identity/account_link_repository.hpp"

#include <string>

namespace kidevent::identity {

// What is found behind a link before anything is done.
struct opened_link {
    account_link link;
    std::optional<account> person; // whose link it is, or who has the address of an invitation already
    std::string inviter;           // given name; "": nobody
};
// Errors: link_not_valid.
task<result<opened_link>> open_link(const http::request_context& context, std::string token);

// What the person says on the page; the texts are empty where the link asks for none.
struct link_answer {
    std::string password;
    std::string given_name;
    std::string family_name;
};
// Uses the link up, unless it is refused. Errors: link_not_valid, invalid_fields (the password may not be
// chosen, a name is missing), email_taken (somebody has the address meanwhile), household_not_empty,
// too_many_requests.
task<result<>> follow_link(const http::request_context& context, opened_link opened, link_answer said);

// For the job that sends links for passwords, in its transaction: the link for the account that has the
// address, instead of any earlier one. std::nullopt: nobody has it.
struct prepared_reset {
    account_id account;
    link_id link;
};
task<std::optional<prepared_reset>> prepare_password_reset(db::tenant_transaction& in, const settings& with,
                                                           std::string email);

} // namespace kidevent::identity
