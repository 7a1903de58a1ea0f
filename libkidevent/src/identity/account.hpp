#pragma once
// A person inside one tenant. The same e-mail address at two tenants is two accounts.

#include "core/actor.hpp"
#include "core/clock.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kidevent::identity {

struct account {
    account_id id;
    std::string email; // normalised
    role acts_as;
    std::string given_name;
    std::string family_name;
    std::optional<household_id> household; // of guardians
    timestamp created_at;
    bool email_verified = false;
    std::optional<std::string> language = std::nullopt;         // BCP 47; none: the organisation's
    std::optional<std::vector<event_id>> events = std::nullopt; // that staff is limited to; none: all
    std::optional<timestamp> disabled_at = std::nullopt;
};

struct new_account {
    std::string email;
    std::string password;
    role acts_as = role::guardian;
    std::string given_name;
    std::string family_name;
    bool email_verified = false; // by whatever way the person came
};

// Trimmed and in lower case: how addresses are compared and stored.
std::string normalised_email(std::string_view email);

// What is wrong with a password that somebody wants to choose of whom nothing is known; "" when it is
// acceptable.
std::string_view password_fault(std::string_view password) noexcept;

} // namespace kidevent::identity
