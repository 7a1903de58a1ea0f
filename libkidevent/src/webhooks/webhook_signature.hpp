#pragma once
// Signatures of Standard Webhooks 1.0: how a receiver knows that a delivery is ours and when it was sent.

#include "core/clock.hpp"
#include "core/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kidevent::webhooks {

// "whsec_" and 32 random bytes in base64.
std::string make_webhook_secret();

// "v1,<base64> v1,<base64>": one signature for each secret that is not empty. Throws std::invalid_argument
// when one of them was not made by make_webhook_secret().
std::string signatures_of(const std::vector<secret>& with, std::string_view id, std::int64_t sent_at_s,
                          std::string_view body);

} // namespace kidevent::webhooks
