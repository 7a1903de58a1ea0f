#pragma once
// `kidevent user create`: people who can sign in at an organisation.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_account_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
