#include "realtime/topic.hpp"

#include <algorithm>
#include <optional>

namespace kidevent::realtime {

namespace {

std::optional<topic_kind> parse_kind(std::string_view name) {
    if (name == "events") return topic_kind::events;
    if (name == "event") return topic_kind::event;
    if (name == "session") return topic_kind::session;
    if (name == "user") return topic_kind::user;
    if (name == "roster") return topic_kind::roster;
    return std::nullopt;
}

std::optional<topic> parse_topic(std::string_view text) {
    const auto colon = text.find(':');
    const auto kind = parse_kind(text.substr(0, colon));
    if (!kind) return std::nullopt;
    const bool has_id = colon != std::string_view::npos;
    if (has_id != (*kind != topic_kind::events)) return std::nullopt;
    if (!has_id) return topic{*kind};
    const auto id = parse_uuid(text.substr(colon + 1));
    if (!id) return std::nullopt;
    return topic{*kind, *id};
}

result<> check_access(const topic& wanted, const actor& asking) {
    if (wanted.kind != topic_kind::user && wanted.kind != topic_kind::roster) return {};
    if (!asking.is_signed_in()) return refuse(errc::sign_in_required);
    const bool is_own = wanted.kind == topic_kind::user && wanted.about == asking.account().value;
    const bool is_for_staff = wanted.kind == topic_kind::roster && asking.may(permission::roster_read);
    if (!is_own && !is_for_staff) return refuse(errc::forbidden);
    return {};
}

} // namespace

result<std::vector<topic>> parse_topics(std::string_view text, std::size_t topics_max, const actor& asking) {
    std::vector<topic> wanted;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        const auto parsed = parse_topic(text.substr(at, end - at));
        if (!parsed) return refuse(errc::invalid_fields, "topics", "unknown", "is no topic of a stream");
        wanted.push_back(*parsed);
        if (wanted.size() > topics_max)
            return refuse(errc::invalid_fields, "topics", "too_many",
                          "holds more than " + std::to_string(topics_max) + " topics");
        at = end + 1;
    }
    std::vector<topic> heard;
    for (topic each : wanted) {
        const auto allowed = check_access(each, asking);
        if (!allowed) return allowed.error();
        if (each.kind == topic_kind::user) {
            if (!asking.household()) continue;
            each.about = asking.household()->value;
        }
        heard.push_back(each);
    }
    std::sort(heard.begin(), heard.end());
    heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
    return heard;
}

} // namespace kidevent::realtime
