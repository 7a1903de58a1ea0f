#include "crypto/totp.hpp"

#include "crypto/hmac.hpp"

#include <Poco/HMACEngine.h>
#include <Poco/SHA1Engine.h>

#include <array>

namespace kidevent::crypto {

std::int64_t totp_step(std::chrono::sys_time<std::chrono::microseconds> when) noexcept {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(when).time_since_epoch();
    return seconds / totp_step_length;
}

std::string totp_code(std::string_view secret, std::int64_t step, int digits) {
    std::array<char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[i] = static_cast<char>(static_cast<std::uint64_t>(step) >> (56 - 8 * i) & 0xffu);
    Poco::HMACEngine<Poco::SHA1Engine> hmac{std::string{secret}};
    hmac.update(counter.data(), counter.size());
    const auto& mac = hmac.digest();

    // RFC 4226, 5.3: the last four bits say where the 31 bits begin that become the code.
    const std::size_t at = mac.back() & 0x0fu;
    const std::uint32_t bits = (mac[at] & 0x7fu) << 24 | std::uint32_t{mac[at + 1]} << 16
                               | std::uint32_t{mac[at + 2]} << 8 | mac[at + 3];
    std::uint32_t range = 1;
    for (int i = 0; i < digits; ++i)
        range *= 10;
    std::string text = std::to_string(bits % range);
    return std::string(static_cast<std::size_t>(digits) - text.size(), '0') + text;
}

std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, std::int64_t now,
                                       std::int64_t after_step) {
    std::optional<std::int64_t> matched;
    // All of them every time: how long it takes does not tell which one was near.
    for (std::int64_t step = now - totp_window; step <= now + totp_window; ++step) {
        const bool is_right = equal_in_constant_time(totp_code(secret, step), code);
        if (is_right && step > after_step) matched = step;
    }
    return matched;
}

} // namespace kidevent::crypto
