// Alerts, dashboards and the pages about them speak of metrics that exist, and promtool agrees.

#include "command.hpp"
#include "source_tree.hpp"
#include "telemetry/metric_table.hpp"

#include <boost/json.hpp>
#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

using namespace kidevent::conventions;
namespace telemetry = kidevent::telemetry;

namespace {

std::set<std::string> known_names() {
    std::set<std::string> names;
    for (const auto& each : telemetry::metric_table) {
        if (each.kind != telemetry::metric_kind::histogram) {
            names.emplace(each.name);
            continue;
        }
        for (const char* suffix : {"_bucket", "_count", "_sum"})
            names.insert(std::string{each.name} + suffix);
    }
    return names;
}

// Words that look like metrics of ours and are none.
std::set<std::string> unknown_metrics(const std::string& text) {
    static const boost::regex pattern(R"(\b(?:kidevent|http_server)_[a-z0-9_]+)");
    const auto known = known_names();
    std::set<std::string> unknown;
    for (boost::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
        if (!known.contains(at->str())) unknown.insert(at->str());
    return unknown;
}

std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const auto& each : words)
        text += each + " ";
    return text;
}

std::set<std::string> matches_of(const std::string& text, const char* expression) {
    const boost::regex pattern(expression);
    std::set<std::string> found;
    for (boost::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
        found.insert((*at)[1].str());
    return found;
}

std::string expressions_of(const source_file& dashboard) {
    std::string all;
    const auto read = boost::json::parse(dashboard.text);
    for (const auto& panel : read.at("panels").as_array())
        for (const auto& target : panel.at("targets").as_array())
            all += std::string{target.at("expr").as_string()} + "\n";
    return all;
}

command_result promtool(const std::string& arguments) {
    return run_command("cd " + shell_quoted((source_root() / "deploy/prometheus").string()) + " && promtool "
                       + arguments);
}

} // namespace

BOOST_AUTO_TEST_SUITE(monitoring)

BOOST_AUTO_TEST_CASE(the_page_of_metrics_is_the_printed_one) {
    BOOST_TEST((read_text(source_root() / "docs/metrics.md") == telemetry::metrics_reference()),
               "docs/metrics.md is out of date: kidevent metrics reference > docs/metrics.md");
}

BOOST_AUTO_TEST_CASE(alert_rules_pass_their_own_tests) {
    const auto checked = promtool("check rules rules.yaml");
    BOOST_TEST(checked.status == 0, checked.output);
    const auto tested = promtool("test rules rules_test.yaml");
    BOOST_TEST(tested.status == 0, tested.output);
}

BOOST_AUTO_TEST_CASE(every_metric_of_an_alert_or_a_dashboard_is_in_the_table) {
    BOOST_TEST(unknown_metrics("rate(kidevent_never_total[5m])").size() == 1U);
    BOOST_TEST(unknown_metrics("kidevent_build_info").empty());
    const auto rules = unknown_metrics(read_text(source_root() / "deploy/prometheus/rules.yaml"));
    BOOST_TEST(rules.empty(), joined(rules));
    std::string shown;
    std::size_t dashboards = 0;
    for (const auto& file : list_source_files()) {
        if (!file.is_under("deploy/grafana/")) continue;
        ++dashboards;
        const auto text = expressions_of(file);
        const auto unknown = unknown_metrics(text);
        BOOST_TEST(unknown.empty(), file.path << ": " << joined(unknown));
        shown += text;
    }
    BOOST_TEST(dashboards >= 4U);
    // What no dashboard and no alert looks at would not have to be counted.
    shown += read_text(source_root() / "deploy/prometheus/rules.yaml");
    for (const auto& each : telemetry::metric_table)
        BOOST_TEST((each.name == "kidevent_build_info" || shown.find(each.name) != shown.npos), each.name);
}

BOOST_AUTO_TEST_CASE(every_alert_is_tested_and_has_its_place_in_the_page_for_operators) {
    const auto rules = read_text(source_root() / "deploy/prometheus/rules.yaml");
    const auto alerts = matches_of(rules, R"(- alert: (\w+))");
    const auto explained =
        matches_of(read_text(source_root() / "docs/operations.md"), R"(### (KidEvent\w+))");
    const auto tested = matches_of(read_text(source_root() / "deploy/prometheus/rules_test.yaml"),
                                   R"(alertname: (\w+)\n\s+exp_alerts)");
    BOOST_TEST(alerts.size() >= 6U);
    BOOST_TEST((alerts == explained), joined(alerts) << "\n" << joined(explained));
    BOOST_TEST((alerts == tested), joined(alerts) << "\n" << joined(tested));
}

BOOST_AUTO_TEST_SUITE_END()
