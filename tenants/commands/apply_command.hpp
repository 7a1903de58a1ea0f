#pragma once
// `kidevent apply`: organisations from descriptor files, which can be applied again and again.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_apply_command(CLI::App& app, invocation& call);

} // namespace kidevent::cli
