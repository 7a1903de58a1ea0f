#pragma once
// `kidevent tenant create|list|show|suspend|resume`: the organisations of the installation.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_tenant_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
