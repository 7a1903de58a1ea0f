#include "crypto/base32.hpp"

#include <cstdint>

namespace kidevent::crypto {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr unsigned bits_per_letter = 5;

} // namespace

std::string encode_base32(std::span<const std::byte> bytes) {
    std::string text;
    text.reserve((bytes.size() * 8 + 4) / bits_per_letter);
    std::uint32_t held = 0; // at most 12 bits that are not written yet
    unsigned count = 0;
    for (const std::byte each : bytes) {
        held = (held << 8 | std::to_integer<std::uint32_t>(each)) & 0xfff;
        count += 8;
        while (count >= bits_per_letter) {
            count -= bits_per_letter;
            text += alphabet[held >> count & 31u];
        }
    }
    if (count > 0) text += alphabet[held << (bits_per_letter - count) & 31u];
    return text;
}

std::optional<std::string> decode_base32(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() * bits_per_letter / 8);
    std::uint32_t held = 0;
    unsigned count = 0;
    for (const char c : text) {
        const auto value = alphabet.find(c);
        if (value == alphabet.npos) return std::nullopt;
        held = (held << bits_per_letter | static_cast<std::uint32_t>(value)) & 0xfff;
        count += bits_per_letter;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(held >> count & 0xffu);
    }
    // A whole letter that carries nothing, or final bits that are not zero: another spelling of the same
    // bytes.
    if (count >= bits_per_letter || (held & ((1u << count) - 1u)) != 0) return std::nullopt;
    return bytes;
}

} // namespace kidevent::crypto
