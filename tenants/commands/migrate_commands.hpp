#pragma once
// kidevent migrate status | up.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

void add_migrate_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
