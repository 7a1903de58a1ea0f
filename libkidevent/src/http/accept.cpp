#include "http/accept.hpp"

#include "http/ascii.hpp"

#include <algorithm>

namespace kidevent::http {

namespace {

// How closely a range names the type: 3 exactly, 2 its kind, 1 anything, 0 not at all.
int closeness(std::string_view range, std::string_view type) noexcept {
    if (range == "*/*") return 1;
    if (equal_ignoring_case(range, type)) return 3;
    const auto kind = type.substr(0, type.find('/') + 1);
    return range.ends_with("/*") && equal_ignoring_case(range.substr(0, range.size() - 1), kind) ? 2 : 0;
}

// "q=0", "q=0.", "q=0.000"
bool is_refusal(std::string_view parameters) noexcept {
    while (!parameters.empty()) {
        parameters.remove_prefix(1);
        const auto one = trimmed(parameters.substr(0, parameters.find(';')));
        parameters.remove_prefix(std::min(parameters.find(';'), parameters.size()));
        if (one.size() < 3 || to_lower(one[0]) != 'q' || one[1] != '=') continue;
        return one.substr(2).find_first_not_of("0.") == std::string_view::npos;
    }
    return false;
}

} // namespace

bool accepts(const request& incoming, std::string_view media_type) {
    const auto type = trimmed(media_type.substr(0, media_type.find(';')));
    int closest = 0;
    bool taken = false;
    bool said = false;
    for (const header& line : incoming.headers) {
        if (!equal_ignoring_case(line.name, "Accept")) continue;
        for (std::string_view rest = line.value; !rest.empty();) {
            const auto item = trimmed(rest.substr(0, rest.find(',')));
            rest.remove_prefix(
                std::min(rest.size(), rest.find(',') == rest.npos ? rest.size() : rest.find(',') + 1));
            const auto end = std::min(item.find(';'), item.size());
            const auto range = trimmed(item.substr(0, end));
            if (range.find('/') == range.npos) continue;
            said = true;
            const int how = closeness(range, type);
            if (how == 0 || how < closest) continue;
            closest = how;
            taken = !is_refusal(item.substr(end));
        }
    }
    return taken || !said;
}

} // namespace kidevent::http
