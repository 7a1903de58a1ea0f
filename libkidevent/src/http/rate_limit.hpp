#pragma once
// Limits how often something may happen per key (an address, an account, a tenant) in this process.

#include "core/clock.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace kidevent::http {

// The generic cell rate algorithm: one instant per key, the same behaviour as a token bucket that fills
// evenly.
class rate_limiter {
public:
    // `burst` takes at once, then `per_minute` evenly spread, for each key. At most `keys_max` keys are
    // remembered; when there are more, the key that is nearest to a full allowance is forgotten first, so a
    // flood of fresh keys drives out itself. Throws std::invalid_argument unless all three are 1 or more.
    // `now` must outlive it.
    rate_limiter(int per_minute, int burst, std::size_t keys_max, const clock& now);

    // std::nullopt: allowed. Otherwise after how many seconds, 1 or more, to try again; the try costs
    // nothing. A clock that jumps back stands still for the limiter: nobody is locked out by it, and nobody
    // gains.
    std::optional<std::chrono::seconds> take(std::string_view key);

    std::size_t keys() const noexcept { return full_at_.size(); }

private:
    using instant = std::chrono::microseconds; // since the limiter was made, never going back

    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    void advance();
    void forget_one();

    const clock& clock_;
    instant interval_;  // between two takes at the steady rate
    instant allowance_; // burst * interval
    std::size_t keys_max_;
    timestamp seen_; // the clock at the last take
    instant now_{0};
    std::unordered_map<std::string, instant, text_hash, std::equal_to<>>
        full_at_;                                                 // when a key has its full burst again
    std::set<std::pair<instant, const std::string*>> by_instant_; // points to the keys of full_at_
};

} // namespace kidevent::http
