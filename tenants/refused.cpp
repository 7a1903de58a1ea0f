#include "refused.hpp"

#include "http/problem.hpp"

#include <algorithm>

namespace kidevent::cli {

exit_code exit_code_of(errc reason) noexcept {
    // Suspended is a state that another command can end, as a lock is.
    if (reason == errc::tenant_suspended) return exit_code::conflict;
    switch (http::problem_of(reason).status) {
    case 404:
    case 421: return exit_code::not_found;
    case 409:
    case 412: return exit_code::conflict;
    case 429: return exit_code::try_again;
    case 401:
    case 403: return exit_code::no_permission;
    default: return exit_code::bad_data;
    }
}

std::string line_of(const field_error& field) {
    std::string name = field.pointer.starts_with('/') ? field.pointer.substr(1) : field.pointer;
    std::replace(name.begin(), name.end(), '/', '.');
    return name.empty() ? field.detail : name + ": " + field.detail;
}

command_error refused(const refusal& why, const std::string& subject, std::string hint) {
    std::vector<std::string> lines;
    for (const field_error& each : why.fields)
        lines.push_back(line_of(each));
    if (lines.empty()) lines.push_back(subject + ": " + std::string{http::problem_of(why.code).detail});
    return command_error{exit_code_of(why.code), std::move(lines), std::move(hint)};
}

void require_no_faults(const std::vector<field_error>& faults) {
    if (!faults.empty()) throw refused(refusal{errc::invalid_fields, faults, 0}, "");
}

} // namespace kidevent::cli
