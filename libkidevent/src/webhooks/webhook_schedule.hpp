#pragma once
// What becomes of a delivery after an attempt: the retry schedule of Standard Webhooks 1.0.

#include "core/clock.hpp"

#include <optional>
#include <string>

namespace kidevent::webhooks {

struct verdict {
    enum class outcome { delivered, again, given_up, gone };
    outcome is;
    std::chrono::milliseconds pause{}; // before the next attempt
};

// `attempts` counts the one that was just made, from 1. 2xx is delivered; 410 is gone, which ends the
// webhook; everything else (redirects too, and 0: no answer) is tried ten times over 75.6 hours, each pause
// varied by `chance` (0 to 1) between 0.9 and 1.1 of it. A Retry-After that is longer counts, up to a day.
verdict judge(int status, int attempts, const std::optional<std::string>& retry_after, timestamp now,
              double chance);

} // namespace kidevent::webhooks
