#include "commands/plan_commands.hpp"

#include "descriptor_fields.hpp"
#include "input_file.hpp"
#include "invocation.hpp"
#include "listing.hpp"
#include "opened_platform.hpp"
#include "operator_name.hpp"
#include "refused.hpp"
#include "yaml_object.hpp"

#include "core/time_text.hpp"
#include "tenancy/plan_json.hpp"

#include <boost/json/parse.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kidevent::cli {
namespace {

constexpr std::size_t plan_bytes_max = 65536;
constexpr int changes_max = 100;

boost::json::object plan_object(const tenancy::plan_record& of) {
    std::string members;
    http::json_writer out{members};
    out.begin_object();
    tenancy::write_plan_members(out, of.is);
    out.end_object();
    boost::json::object object{{"name", of.is.name}};
    const boost::json::value parsed = boost::json::parse(members);
    for (const auto& each : parsed.as_object())
        object.insert(each);
    std::string updated_at;
    append_rfc3339(updated_at, of.updated_at);
    object["version"] = of.version;
    object["updated_at"] = updated_at;
    object["updated_by"] = of.updated_by;
    return object;
}

exit_code list(const invocation& call) {
    opened_platform with{call};
    boost::json::array rows;
    for (const auto& each : with.wait_for(tenancy::list_plans(with.parts().database)))
        rows.push_back(plan_object(each));
    print_list(std::cout,
               {"name", "weight", "requests_in_flight_max", "requests_per_second", "features", "updated_by"},
               rows, call.json);
    return exit_code::ok;
}

command_error no_such_plan(const std::string& name) {
    return {
        exit_code::not_found, {"there is no plan '" + name + "'"}, "`kidevent plan list` lists the plans"};
}

exit_code show(const invocation& call, const std::string& name) {
    opened_platform with{call};
    const auto found = with.wait_for(tenancy::get_plan(with.parts().database, name));
    if (!found) throw no_such_plan(name);
    print_item(std::cout, plan_object(*found), call.json);
    return exit_code::ok;
}

exit_code changes(const invocation& call, const std::string& name) {
    opened_platform with{call};
    const auto found = with.wait_for(tenancy::get_plan(with.parts().database, name));
    if (!found) throw no_such_plan(name);
    boost::json::array rows;
    for (const auto& each :
         with.wait_for(tenancy::list_plan_changes(with.parts().database, name, changes_max))) {
        std::string changed_at;
        append_rfc3339(changed_at, each.changed_at);
        boost::json::object row{{"changed_at", changed_at}, {"changed_by", each.changed_by}};
        row["organisation"] = each.slug ? boost::json::value(*each.slug) : boost::json::value(nullptr);
        row["before"] = each.before ? boost::json::parse(*each.before) : boost::json::value(nullptr);
        row["after"] = boost::json::parse(each.after);
        rows.push_back(std::move(row));
    }
    print_list(std::cout, {"changed_at", "changed_by", "organisation", "before", "after"}, rows, call.json);
    return exit_code::ok;
}

tenancy::plan read_plan_file(const std::string& path) {
    const std::string text = read_input_file(path, plan_bytes_max);
    if (text.size() > plan_bytes_max)
        throw command_error{exit_code::bad_data,
                            path + ": has more than " + std::to_string(plan_bytes_max) + " bytes"};
    yaml_object document{path, scalars::text_and_integers};
    auto values = document.read(text);
    std::string name;
    if (const auto* const named = values.if_contains("name"); named && named->is_string())
        name = std::string{std::string_view{named->as_string()}};
    values.erase("name");
    tenancy::plan read;
    if (!document.has_errors()) {
        const auto faults = find_schema_faults("PlanDescriptor", values);
        for (const field_error& each : faults)
            document.refuse(each);
        if (faults.empty()) read = tenancy::read_plan(values, name);
        if (faults.empty())
            for (const field_error& each : tenancy::find_faults(read))
                document.refuse(each);
    }
    document.require_no_errors("docs/cli.md lists the keys of a plan");
    return read;
}

// Every file is read before the first plan is touched.
exit_code apply_files(const invocation& call, const std::vector<std::string>& paths) {
    std::vector<tenancy::plan> wanted;
    for (const std::string& path : paths)
        wanted.push_back(read_plan_file(path));
    opened_platform with{call};
    boost::json::array rows;
    for (const tenancy::plan& each : wanted) {
        auto applying =
            tenancy::apply_plan(with.parts().database, each, tenancy::operator_of(operator_name()));
        const auto done = required(with.wait_for(std::move(applying)), each.name);
        rows.push_back(plan_object(done.plan));
    }
    print_list(std::cout, {"name", "weight", "requests_in_flight_max", "version"}, rows, call.json);
    return exit_code::ok;
}

} // namespace

void add_plan_commands(CLI::App& app, invocation& call) {
    auto* const group = app.add_subcommand("plan", "What organisations may take of the installation");
    group->require_subcommand(1);
    group->add_subcommand("list", "List the plans")->callback([&call] {
        call.run = [&call] { return list(call); };
    });
    const auto name = std::make_shared<std::string>();
    auto* const showing = group->add_subcommand("show", "Print a plan");
    showing->add_option("name", *name, "Name of the plan")->required()->type_name("NAME");
    showing->callback([&call, name] { call.run = [&call, name] { return show(call, *name); }; });
    auto* const changing =
        group->add_subcommand("changes", "Who changed a plan or gave it to an organisation, newest first");
    changing->add_option("name", *name, "Name of the plan")->required()->type_name("NAME");
    changing->callback([&call, name] { call.run = [&call, name] { return changes(call, *name); }; });
    const auto paths = std::make_shared<std::vector<std::string>>();
    auto* const applying = group->add_subcommand("apply", "Create plans, or change them to what files say");
    applying->add_option("files", *paths, "Plans in YAML")->required()->type_name("FILE.yaml");
    applying->callback([&call, paths] { call.run = [&call, paths] { return apply_files(call, *paths); }; });
}

} // namespace kidevent::cli
