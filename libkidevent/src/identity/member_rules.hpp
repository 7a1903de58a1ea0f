#pragma once
// Who may make, change and disable whom.

#include "core/permission.hpp"

namespace kidevent::identity {

// Whether somebody who may do this may give that role, or take it from somebody who has it: owners are for
// owners. Guardians' accounts have no role of the organisation to give.
constexpr bool may_give(permission_set of, role what) noexcept {
    switch (what) {
    case role::staff:
    case role::manager: return of.has(permission::accounts_write);
    case role::owner: return of.has(permission::owners_write);
    default: return false;
    }
}

} // namespace kidevent::identity
