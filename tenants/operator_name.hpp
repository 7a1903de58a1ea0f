#pragma once
// Who runs the command, for what is kept with who did it.

#include <string>

namespace kidevent::cli {

// The login name of the person, also under sudo; their number when it has none.
std::string operator_name();

} // namespace kidevent::cli
