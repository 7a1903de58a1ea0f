#pragma once
// What a plan may switch on, in one table.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kidevent::tenancy {

enum class feature : std::uint32_t { realtime, webhooks };

struct feature_entry {
    feature is;
    std::string_view name; // in plans and in the API
    std::string_view meaning;
};

std::span<const feature_entry> all_features();
std::optional<feature> find_feature(std::string_view name) noexcept;

class feature_set {
public:
    feature_set() = default;
    // Names separated by blanks; names that are not known are passed over: an older worker may read a newer
    // plan.
    static feature_set parse(std::string_view names);

    bool has(feature wanted) const noexcept { return (bits_ & bit(wanted)) != 0; }
    void add(feature wanted) noexcept { bits_ |= bit(wanted); }
    // The names in the order of the table, separated by blanks.
    std::string to_text() const;

private:
    static std::uint32_t bit(feature of) noexcept { return 1U << static_cast<std::uint32_t>(of); }

    std::uint32_t bits_ = 0;
};

} // namespace kidevent::tenancy
