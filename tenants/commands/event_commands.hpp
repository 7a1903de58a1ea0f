#pragma once
// `kidevent event import`: an organisation's calendar from a file.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_event_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
