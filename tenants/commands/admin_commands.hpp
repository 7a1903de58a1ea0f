#pragma once
// `kidevent admin ..`: the platform admins of the installation, and their second factors.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_admin_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
