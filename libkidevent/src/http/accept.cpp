#include "http/accept.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <optional>

namespace kidevent::http {

namespace {

// How closely a range names the type: 3 exactly, 2 its kind, 1 anything, 0 not at all.
int closeness(std::string_view range, std::string_view type) noexcept {
    if (range == "*/*") return 1;
    if (equal_ignoring_case(range, type)) return 3;
    const auto kind = type.substr(0, type.find('/') + 1);
    return range.ends_with("/*") && equal_ignoring_case(range.substr(0, range.size() - 1), kind) ? 2 : 0;
}

// "q=0.5" in thousandths; 1000 when nothing is said, or nothing that can be read.
int weight_of(std::string_view parameters) noexcept {
    while (!parameters.empty()) {
        parameters.remove_prefix(1);
        const auto one = trimmed(parameters.substr(0, parameters.find(';')));
        parameters.remove_prefix(std::min(parameters.find(';'), parameters.size()));
        if (one.size() < 3 || to_lower(one[0]) != 'q' || one[1] != '=') continue;
        const auto said = one.substr(2);
        if (said[0] != '0') return 1000;
        int weight = 0;
        int place = 100;
        for (std::size_t i = 2; i < said.size() && said[1] == '.' && place > 0; ++i, place /= 10)
            if (said[i] >= '0' && said[i] <= '9') weight += place * (said[i] - '0');
        return weight;
    }
    return 1000;
}

// How much the client wants the type; none when it does not say what it takes.
std::optional<int> find_weight(const request& incoming, std::string_view media_type) {
    const auto type = trimmed(media_type.substr(0, media_type.find(';')));
    int closest = 0;
    int weight = 0;
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
            weight = weight_of(item.substr(end));
        }
    }
    if (!said) return std::nullopt;
    return weight;
}

} // namespace

bool accepts(const request& incoming, std::string_view media_type) {
    return find_weight(incoming, media_type).value_or(1000) > 0;
}

bool prefers(const request& incoming, std::string_view media_type, std::string_view to) {
    return find_weight(incoming, media_type).value_or(0) > find_weight(incoming, to).value_or(0);
}

} // namespace kidevent::http
