#include "telemetry/health.hpp"

#include <algorithm>
#include <utility>

namespace kidevent::telemetry {

void health_checks::add(std::string name, check ask, glance look) {
    entries_.push_back({std::move(name), std::move(ask), std::move(look)});
}

void health_checks::add_minor(std::string name, check ask, glance look) {
    entries_.push_back({std::move(name), std::move(ask), std::move(look), false});
}

bool health_checks::is_known(const entry& of, clock::time_point now) noexcept {
    return now - of.known_at < (of.passed ? passed_for : failed_for);
}

bool health_checks::is_running() const noexcept {
    return std::any_of(entries_.begin(), entries_.end(), [](const entry& each) { return each.running; });
}

task<bool> health_checks::ask_safely(check ask) {
    bool passed = false;
    try {
        auto asking = ask();
        passed = co_await asking;
    } catch (const std::exception&) {
        passed = false;
    }
    co_return passed;
}

task<> health_checks::begin(std::size_t index) {
    entries_[index].running = true;
    auto asking = ask_safely(entries_[index].ask);
    const bool passed = co_await asking;
    entry& answered = entries_[index];
    answered.running = false;
    answered.passed = passed;
    answered.known_at = clock::now();
    if (!is_running()) give_up();
}

task<std::vector<health_verdict>> health_checks::run(std::vector<std::string> excluded) {
    const auto began = clock::now();
    const auto is_excluded = [&excluded](const std::string& name) {
        return std::find(excluded.begin(), excluded.end(), name) != excluded.end();
    };
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const bool down = entries_[i].look && !entries_[i].look();
        if (down || entries_[i].running || is_excluded(entries_[i].name) || is_known(entries_[i], began))
            continue;
        detach(begin(i));
    }
    if (is_running() && !limit_set_) {
        limit_set_ = true;
        later_(answers_within, [this] {
            limit_set_ = false;
            give_up();
        });
    }
    round ended{*this};
    co_await ended;
    const auto now = clock::now();
    std::vector<health_verdict> verdicts;
    for (const entry& each : entries_) {
        const bool up = !each.look || each.look();
        // An answer of this round counts however long the others took.
        const bool known = each.known_at >= began || is_known(each, now);
        if (!is_excluded(each.name))
            verdicts.push_back({each.name, up && known && each.passed, each.is_vital});
    }
    co_return verdicts;
}

void health_checks::give_up() {
    for (const auto waiting : std::exchange(waiting_, {}))
        waiting.resume();
}

health_query parse_health_query(std::string_view text) {
    constexpr std::string_view exclude = "exclude=";
    constexpr std::size_t excluded_max = 16;
    health_query read;
    while (!text.empty()) {
        const auto one = text.substr(0, text.find('&'));
        if (one == "verbose" || one.starts_with("verbose=")) read.verbose = true;
        if (one.starts_with(exclude) && read.excluded.size() < excluded_max)
            read.excluded.emplace_back(one.substr(exclude.size()));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
    }
    return read;
}

bool is_healthy(const std::vector<health_verdict>& verdicts) noexcept {
    return std::all_of(verdicts.begin(), verdicts.end(),
                       [](const health_verdict& each) { return each.passed || !each.is_vital; });
}

std::string health_text(const std::vector<health_verdict>& verdicts, bool verbose) {
    std::string text;
    std::string failed;
    for (const health_verdict& each : verdicts) {
        const char* const failure = each.is_vital ? " failed\n" : " degraded\n";
        text += (each.passed ? "[+]" : "[-]") + each.name + (each.passed ? " ok\n" : failure);
        if (!each.passed && each.is_vital) failed += (failed.empty() ? "" : ", ") + each.name;
    }
    const std::string summary = failed.empty() ? "ok\n" : "failed: " + failed + "\n";
    return verbose ? text + summary : summary;
}

} // namespace kidevent::telemetry
