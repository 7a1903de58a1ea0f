#pragma once
// `kidevent notifications ..`: messages to people, for operators.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_notification_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
