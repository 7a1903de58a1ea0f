#pragma once
// kidevent config check | show | reference.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

void add_config_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
