#pragma once
// How accounts are written in answers.

#include "http/json_writer.hpp"
#include "identity/account.hpp"

namespace kidevent::identity {

void write_account(http::json_writer& out, const account& of);
std::string account_text(const account& of);

} // namespace kidevent::identity
