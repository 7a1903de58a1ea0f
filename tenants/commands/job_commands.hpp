#pragma once
// `kidevent jobs list|show|retry|cancel|run-due|stats`: the queue of background work.

namespace CLI {
class App;
}

namespace kidevent::cli {

struct invocation;

// `call` outlives the parsing and the run.
void add_job_commands(CLI::App& app, invocation& call);

} // namespace kidevent::cli
