#include "identity/second_factor.hpp"

#include "crypto/base32.hpp"
#include "crypto/random.hpp"
#include "crypto/totp.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <stdexcept>

namespace kidevent::identity {
namespace {

constexpr std::size_t secret_bytes = 20;
constexpr std::size_t recovery_bytes = 15; // 24 letters
constexpr std::size_t recovery_letters = 24;

// Everything but the unreserved characters of RFC 3986.
std::string as_uri_component(std::string_view text) {
    constexpr std::string_view kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (kept.find(c) != kept.npos) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15u]);
    }
    return encoded;
}

std::string in_groups(std::string_view letters) {
    std::string text;
    for (std::size_t i = 0; i < letters.size(); i += 4)
        text.append(text.empty() ? "" : "-").append(letters.substr(i, 4));
    return text;
}

} // namespace

std::string make_factor_secret() {
    std::string bytes(secret_bytes, '\0');
    crypto::fill_random(std::as_writable_bytes(std::span{bytes}));
    return bytes;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account_name, std::string_view secret) {
    const std::string from = as_uri_component(issuer);
    return "otpauth://totp/" + from + ':' + as_uri_component(account_name)
           + "?secret=" + crypto::encode_base32(std::as_bytes(std::span{secret})) + "&issuer=" + from
           + "&algorithm=SHA1&digits=" + std::to_string(crypto::totp_digits)
           + "&period=" + std::to_string(crypto::totp_step_length.count());
}

std::vector<std::string> make_recovery_codes() {
    std::vector<std::string> codes;
    for (int i = 0; i < recovery_code_count; ++i) {
        std::array<std::byte, recovery_bytes> bytes;
        crypto::fill_random(bytes);
        codes.push_back(in_groups(crypto::encode_base32(bytes)));
    }
    return codes;
}

std::optional<crypto::digest> recovery_code_hash(std::string_view code, std::string_view owner) {
    std::string letters;
    for (const char c : code) {
        if (c == ' ' || c == '-') continue;
        letters += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (letters.size() != recovery_letters || !crypto::decode_base32(letters)) return std::nullopt;
    return crypto::sha256(std::string{owner} + ' ' + letters);
}

std::optional<std::int64_t> match_code(const crypto::envelope& sealing, const crypto::field_context& at,
                                       std::string_view sealed_secret, std::string_view code, timestamp now,
                                       std::int64_t after_step) {
    const auto secret = sealing.open(at, sealed_secret);
    if (!secret)
        throw std::runtime_error("the second factor of " + std::string{at.row}
                                 + " cannot be opened: is its key still in security.encryption_keys?");
    std::string digits;
    std::copy_if(code.begin(), code.end(), std::back_inserter(digits), [](char c) { return c != ' '; });
    return crypto::match_totp(*secret, digits, crypto::totp_step(now), after_step);
}

std::chrono::seconds delay_after(std::int64_t failures, const identity_settings& with) {
    const std::int64_t beyond = failures - with.failures_before_delay;
    if (beyond < 0) return std::chrono::seconds{0};
    const std::int64_t doubled = std::int64_t{1} << std::min<std::int64_t>(beyond, 30);
    return std::min(std::chrono::seconds{doubled}, with.sign_in_delay_max);
}

refusal wrong_code() {
    return refuse(errc::invalid_fields, "/code", "wrong", "is not the code of this moment");
}

refusal without_key() {
    refusal why = refuse(errc::encryption_not_configured);
    why.retry_after_seconds = 3600;
    return why;
}

refusal too_early(std::chrono::seconds wait) {
    refusal why = refuse(errc::too_many_requests);
    why.retry_after_seconds = static_cast<int>(wait.count());
    return why;
}

} // namespace kidevent::identity
