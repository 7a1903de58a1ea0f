#pragma once
// `kidevent outbox list|stats|replay|types` and `kidevent deployment record`: domain events, for operators.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_outbox_commands(CLI::App& app, invocation& call);
void add_deployment_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
