#pragma once
// `kidevent openapi print`, `kidevent routes` and `kidevent metrics reference`: what the API offers and what
// is counted; none of them needs settings or a database.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_api_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
