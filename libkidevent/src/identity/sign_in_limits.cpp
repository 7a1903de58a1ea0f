#include "identity/sign_in_limits.hpp"

namespace kidevent::identity {

namespace {
constexpr std::size_t keys_max = 100'000;
}

sign_in_limits::sign_in_limits(const identity_settings& with, const clock& now)
    : by_address_(static_cast<int>(with.sign_ins_per_minute_per_address),
                  static_cast<int>(with.sign_ins_per_minute_per_address), keys_max, now),
      by_account_(static_cast<int>(with.sign_ins_per_minute_per_account),
                  static_cast<int>(with.sign_ins_per_minute_per_account), keys_max, now) {}

result<> sign_in_limits::take(std::string_view scope, std::string_view email,
                              std::string_view remote_address) {
    auto wait = by_address_.take(remote_address);
    if (!wait) wait = by_account_.take(std::string{scope} + ' ' + std::string{email});
    if (!wait) return {};
    refusal why = refuse(errc::too_many_requests);
    why.retry_after_seconds = static_cast<int>(wait->count());
    return why;
}

} // namespace kidevent::identity
