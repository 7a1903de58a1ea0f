#pragma once
// Who does something to an organisation or a plan: for the audit log, and the name that is kept beside it.

#include "core/actor.hpp"

#include <string>

namespace kidevent::tenancy {

struct author {
    actor who;
    std::string name; // "admin <uuid>" or "operator <name>"
};

inline author author_of(const actor& admin) { return {admin, "admin " + to_string(admin.account().value)}; }
// On the command line.
inline author operator_of(const std::string& name) { return {actor::of_system(), "operator " + name}; }

} // namespace kidevent::tenancy
