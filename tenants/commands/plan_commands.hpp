#pragma once
// `kidevent plan list|show|apply|changes`: what organisations may take of the installation.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_plan_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
