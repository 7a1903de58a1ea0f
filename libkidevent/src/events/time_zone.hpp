#pragma once
// A clock on a wall: converts between local and universal time, by the IANA database or by a list of
// offset changes that a calendar file brought along. For the domains from events/ upwards; cheap to copy.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace date {
class time_zone;
}

namespace kidevent::events {

// The clock is moved from `before` to `after` (both east of UTC) at the instant `at`.
struct offset_change {
    std::chrono::sys_seconds at;
    std::chrono::seconds before;
    std::chrono::seconds after;
};

class time_zone {
public:
    // Coordinated universal time.
    time_zone() = default;

    // The zone of the IANA database with exactly this name, e.g. "Europe/Berlin".
    static std::optional<time_zone> find(std::string_view iana_name);

    // A zone without a name that changes its offset as listed; `changes` is not empty.
    static time_zone from_changes(std::vector<offset_change> changes);

    // The IANA name; "UTC" for universal time, "" for a zone made from changes.
    std::string_view name() const noexcept;
    bool is_utc() const noexcept { return !iana_ && !changes_; }

    // A local time that the clock skips counts with the offset before the gap, one that it shows
    // twice is the first of the two: the reading of RFC 5545, section 3.3.5.
    std::chrono::sys_seconds to_utc(std::chrono::local_seconds at) const;
    std::chrono::local_seconds to_local(std::chrono::sys_seconds at) const;

private:
    const date::time_zone* iana_ = nullptr; // lives as long as the process
    std::shared_ptr<const std::vector<offset_change>> changes_;
};

} // namespace kidevent::events
