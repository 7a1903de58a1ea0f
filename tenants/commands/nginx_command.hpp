#pragma once
// `kidevent nginx-conf`: the configuration of nginx that leads each request to the pool that answers for it.
// Needs settings and no database.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_nginx_command(CLI::App& app, invocation& call);

} // namespace kidevent::cli
