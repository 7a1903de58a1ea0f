#pragma once
// People of an organisation as operators make them: the owner that every organisation has, and the names that
// stand for a person until they tell their own.

#include "opened_platform.hpp"

#include "identity/account.hpp"

namespace kidevent::cli {

// Fills in the names that are empty: from the address and the organisation.
void complete_names(identity::new_account& of, const tenancy::tenant& at);

// Creates the owner's account when there is none; without a password, so that nobody can sign in until
// `kidevent user create` gives it one. Throws command_error (conflict) when the address belongs to an account
// with another role.
void ensure_owner(opened_platform& with, const tenancy::tenant_ptr& at, const std::string& email);

} // namespace kidevent::cli
