#pragma once
// Who may do what, for people: docs/permissions.md, from the tables of permissions and of routes.

#include <string>

namespace kidevent {

std::string permissions_reference();

} // namespace kidevent
