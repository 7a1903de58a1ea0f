#pragma once
// `kidevent openapi print` and `kidevent routes`: what the API offers; neither needs settings or a database.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_api_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
