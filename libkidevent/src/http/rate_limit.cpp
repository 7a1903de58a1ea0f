#include "http/rate_limit.hpp"

#include <algorithm>
#include <stdexcept>

namespace kidevent::http {

namespace {

using namespace std::chrono_literals;

std::chrono::microseconds interval_of(int per_minute, int burst, std::size_t keys_max) {
    if (per_minute < 1 || burst < 1 || keys_max < 1)
        throw std::invalid_argument("a rate limit needs per_minute, burst and keys_max of 1 or more");
    return std::max<std::chrono::microseconds>(std::chrono::microseconds{1min} / per_minute, 1us);
}

} // namespace

rate_limiter::rate_limiter(int per_minute, int burst, std::size_t keys_max, const clock& now)
    : clock_(now),
      interval_(interval_of(per_minute, burst, keys_max)),
      allowance_(interval_ * burst),
      keys_max_(keys_max),
      seen_(now.now()) {}

std::optional<std::chrono::seconds> rate_limiter::take(std::string_view key) {
    advance();
    auto found = full_at_.find(key);
    const instant before = found == full_at_.end() ? now_ : std::max(found->second, now_);
    const instant after = before + interval_;
    if (after - now_ > allowance_) return std::chrono::ceil<std::chrono::seconds>(after - now_ - allowance_);
    if (found == full_at_.end()) {
        if (full_at_.size() >= keys_max_) forget_one();
        found = full_at_.emplace(key, after).first;
    } else {
        by_instant_.erase({found->second, &found->first});
        found->second = after;
    }
    by_instant_.emplace(after, &found->first);
    return std::nullopt;
}

void rate_limiter::advance() {
    const timestamp current = clock_.now();
    if (current > seen_) now_ += current - seen_;
    seen_ = current;
}

void rate_limiter::forget_one() {
    const std::string* const key = by_instant_.begin()->second;
    by_instant_.erase(by_instant_.begin());
    full_at_.erase(full_at_.find(*key));
}

} // namespace kidevent::http
