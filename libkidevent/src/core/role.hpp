#pragma once
// What an account is at its organisation, and who else may act.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace kidevent {

enum class role : std::uint8_t {
    anonymous,
    guardian,
    staff,
    manager,
    owner,
    support,        // a platform admin who looks into an organisation for a limited time
    platform_admin, // on the platform's own host
    system,         // the installation itself: its jobs and its command line; never a request
};

inline constexpr unsigned role_count = static_cast<unsigned>(role::system) + 1;

class role_set {
public:
    constexpr role_set(std::initializer_list<role> of) {
        for (const role each : of)
            bits_ |= 1u << static_cast<unsigned>(each);
    }
    constexpr bool has(role which) const noexcept {
        return ((bits_ >> static_cast<unsigned>(which)) & 1u) != 0;
    }

private:
    unsigned bits_ = 0;
};

std::string_view to_text(role of) noexcept;
// Parses the roles that an account of a tenant can have.
std::optional<role> parse_account_role(std::string_view text) noexcept;

} // namespace kidevent
