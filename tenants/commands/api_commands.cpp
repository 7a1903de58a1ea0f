#include "commands/api_commands.hpp"

#include "invocation.hpp"
#include "listing.hpp"
#include "pretty_json.hpp"

#include "routes.hpp"
#include "telemetry/metric_table.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace kidevent::cli {
namespace {

exit_code print_openapi() {
    std::cout << pretty_json(openapi_document());
    return exit_code::ok;
}

exit_code list_routes(const invocation& call) {
    boost::json::array rows;
    for (const route& each : all_routes()) {
        rows.push_back(boost::json::object{{"method", each.method},
                                           {"path", each.path},
                                           {"host", each.host == host_kind::tenant ? "tenant" : "platform"},
                                           {"access", to_text(each.who)},
                                           {"service", to_text(each.group)},
                                           {"operation", each.operation},
                                           {"summary", each.summary}});
    }
    print_list(std::cout, {"method", "path", "host", "access", "service", "operation"}, rows, call.json);
    return exit_code::ok;
}

exit_code print_metrics() {
    std::cout << telemetry::metrics_reference();
    return exit_code::ok;
}

} // namespace

void add_api_commands(CLI::App& app, invocation& call) {
    auto* const openapi = app.add_subcommand("openapi", "The OpenAPI description of the API");
    openapi->require_subcommand(1);
    openapi->add_subcommand("print", "Print it as JSON")->callback([&call] { call.run = print_openapi; });

    app.add_subcommand("routes", "List the routes of the API and who may call them")->callback([&call] {
        call.run = [&call] { return list_routes(call); };
    });

    auto* const metrics = app.add_subcommand("metrics", "What the installation counts");
    metrics->require_subcommand(1);
    metrics->add_subcommand("reference", "Print the reference of all metrics as Markdown")->callback([&call] {
        call.run = print_metrics;
    });
}

} // namespace kidevent::cli
