#pragma once
// How often somebody may try a password: per address and per account, in this worker.

#include "core/result.hpp"
#include "http/rate_limit.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::identity {

class sign_in_limits {
public:
    sign_in_limits(const identity_settings& with, const clock& now);

    // Counts one try. `scope` is the tenant's id, or "platform". Errors: too_many_requests.
    result<> take(std::string_view scope, std::string_view email, std::string_view remote_address);

private:
    http::rate_limiter by_address_;
    http::rate_limiter by_account_;
};

} // namespace kidevent::identity
