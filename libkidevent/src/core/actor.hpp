#pragma once
// Who is acting in a request. Made by identity only, from a login that the database confirmed.

#include "core/uuid.hpp"

#include <optional>
#include <string_view>

namespace kidevent {

namespace identity {
class login_service;
class admin_service;
} // namespace identity

enum class role { anonymous, guardian, staff, owner, platform_admin };

std::string_view to_text(role of) noexcept;
// Parses the roles that an account of a tenant can have.
std::optional<role> parse_account_role(std::string_view text) noexcept;

class actor {
public:
    actor() = default; // anonymous

    role acts_as() const noexcept { return role_; }
    bool is_signed_in() const noexcept { return role_ != role::anonymous; }
    bool is_staff() const noexcept { return role_ == role::staff || role_ == role::owner; }
    account_id account() const noexcept { return account_; }
    // Only guardians have a household.
    std::optional<household_id> household() const noexcept { return household_; }

private:
    friend class identity::login_service;
    friend class identity::admin_service;
    actor(role acts_as, account_id account, std::optional<household_id> household)
        : role_(acts_as), account_(account), household_(household) {}

    role role_ = role::anonymous;
    account_id account_{};
    std::optional<household_id> household_;
};

} // namespace kidevent
