#include "identity/account.hpp"

#include "crypto/password_hash.hpp"

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

// Length only, no rules of composition: OWASP ASVS 5.0, 6.2.1, 6.2.5 and 6.2.9.
std::string_view password_fault(std::string_view password) noexcept {
    if (password.size() < 10) return "must have 10 characters or more";
    if (password.size() > crypto::password_bytes_max) return "must have 1024 bytes or less";
    return "";
}

} // namespace kidevent::identity
