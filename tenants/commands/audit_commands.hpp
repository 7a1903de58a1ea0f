#pragma once
// `kidevent audit verify|export|actions`, `kidevent permissions`.

#include "invocation.hpp"

namespace CLI {
class App;
}

namespace kidevent::cli {

void add_audit_commands(CLI::App& app, invocation& call);
void add_permissions_command(CLI::App& app, invocation& call);

} // namespace kidevent::cli
