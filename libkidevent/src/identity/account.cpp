#include "identity/account.hpp"

#include "identity/password_policy.hpp"

#include <algorithm>

namespace kidevent::identity {

std::string normalised_email(std::string_view email) {
    while (!email.empty() && (email.front() == ' ' || email.front() == '\t'))
        email.remove_prefix(1);
    while (!email.empty() && (email.back() == ' ' || email.back() == '\t'))
        email.remove_suffix(1);
    std::string text{email};
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

std::string_view password_fault(std::string_view password) noexcept {
    return fault_of_password(password, {}).detail;
}

} // namespace kidevent::identity
