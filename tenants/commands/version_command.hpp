#pragma once
// kidevent version.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

void add_version_command(CLI::App& app, invocation& call);

} // namespace kidevent::cli
