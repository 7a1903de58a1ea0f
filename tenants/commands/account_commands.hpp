#pragma once
// `kidevent user create` and `kidevent admin create`: people who can sign in.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_account_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
