#pragma once
// A person inside one tenant. The same e-mail address at two tenants is two accounts.

#include "core/actor.hpp"
#include "core/clock.hpp"

#include <optional>
#include <string>

namespace kidevent::identity {

struct account {
    account_id id;
    std::string email; // normalised
    role acts_as;
    std::string given_name;
    std::string family_name;
    std::optional<household_id> household; // of guardians
    timestamp created_at;
};

struct new_account {
    std::string email;
    std::string password;
    role acts_as = role::guardian;
    std::string given_name;
    std::string family_name;
};

// Trimmed and in lower case: how addresses are compared and stored.
std::string normalised_email(std::string_view email);

// What is wrong with a password that somebody wants to choose; "" when it is acceptable.
std::string_view password_fault(std::string_view password) noexcept;

} // namespace kidevent::identity
