#include "events/time_zone.hpp"

#include "core/iana_zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <cassert>

namespace kidevent::events {
namespace {

std::chrono::sys_seconds less_offset(std::chrono::local_seconds at, std::chrono::seconds offset) {
    return std::chrono::sys_seconds{at.time_since_epoch() - offset};
}

} // namespace

std::optional<time_zone> time_zone::find(std::string_view iana_name) {
    const date::time_zone* known = find_iana_zone(iana_name);
    if (!known) return std::nullopt;
    time_zone found;
    found.iana_ = known;
    return found;
}

time_zone time_zone::from_changes(std::vector<offset_change> changes) {
    assert(!changes.empty());
    std::sort(changes.begin(), changes.end(),
              [](const offset_change& a, const offset_change& b) { return a.at < b.at; });
    time_zone made;
    made.changes_ = std::make_shared<const std::vector<offset_change>>(std::move(changes));
    return made;
}

std::string_view time_zone::name() const noexcept {
    if (iana_) return iana_->name();
    return changes_ ? std::string_view{} : std::string_view{"UTC"};
}

std::chrono::sys_seconds time_zone::to_utc(std::chrono::local_seconds at) const {
    if (iana_) {
        const date::local_seconds local{at.time_since_epoch()};
        // In a gap and in an overlap `first` is the offset before the change.
        return less_offset(at, iana_->get_info(local).first.offset);
    }
    if (!changes_) return less_offset(at, std::chrono::seconds{0});
    std::chrono::seconds offset = changes_->front().before;
    for (const offset_change& change : *changes_) {
        const std::chrono::seconds since_epoch = at.time_since_epoch();
        if (since_epoch < change.at.time_since_epoch() + change.before) break;
        const bool skipped = since_epoch < change.at.time_since_epoch() + change.after;
        offset = skipped ? change.before : change.after;
    }
    return less_offset(at, offset);
}

std::chrono::local_seconds time_zone::to_local(std::chrono::sys_seconds at) const {
    std::chrono::seconds offset{0};
    if (iana_) {
        offset = iana_->get_info(at).offset;
    } else if (changes_) {
        offset = changes_->front().before;
        for (const offset_change& change : *changes_) {
            if (at < change.at) break;
            offset = change.after;
        }
    }
    return std::chrono::local_seconds{at.time_since_epoch() + offset};
}

} // namespace kidevent::events
