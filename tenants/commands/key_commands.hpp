#pragma once
// `kidevent keys ..`: the keys that fields are sealed with.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_key_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
