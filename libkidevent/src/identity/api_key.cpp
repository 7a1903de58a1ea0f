#include "identity/api_key.hpp"

#include "crypto/base32.hpp"
#include "crypto/random.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <array>

namespace kidevent::identity {
namespace {

constexpr std::size_t id_digits = 32;
constexpr std::size_t secret_letters = 52;
constexpr std::size_t checksum_digits = 8;
constexpr std::size_t key_length = api_key_prefix.size() + id_digits + 1 + secret_letters + checksum_digits;
constexpr std::string_view hex_digits = "0123456789abcdef";

std::string checksum_of(std::string_view text) {
    boost::crc_32_type crc;
    crc.process_bytes(text.data(), text.size());
    std::string digits;
    for (int shift = 28; shift >= 0; shift -= 4)
        digits += hex_digits[crc.checksum() >> shift & 15u];
    return digits;
}

std::string without_hyphens(const uuid& id) {
    std::string text = to_string(id);
    text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
    return text;
}

std::optional<uuid> parse_digits(std::string_view digits) {
    if (digits.find_first_not_of(hex_digits) != digits.npos) return std::nullopt;
    std::string text{digits};
    for (const std::size_t at : {8u, 13u, 18u, 23u})
        text.insert(at, 1, '-');
    return parse_uuid(text);
}

} // namespace

std::string make_api_key(api_key_id id) {
    std::array<std::byte, 32> bytes;
    crypto::fill_random(bytes);
    std::string text{api_key_prefix};
    text += without_hyphens(id.value) + '_';
    for (const char c : crypto::encode_base32(bytes))
        text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text + checksum_of(text);
}

std::optional<parsed_api_key> parse_api_key(std::string_view text) {
    if (text.size() != key_length || !text.starts_with(api_key_prefix)) return std::nullopt;
    const auto checked = text.substr(0, key_length - checksum_digits);
    if (text.substr(checked.size()) != checksum_of(checked)) return std::nullopt;
    const auto id = parse_digits(text.substr(api_key_prefix.size(), id_digits));
    if (!id) return std::nullopt;
    return parsed_api_key{api_key_id{*id}, crypto::sha256(text)};
}

} // namespace kidevent::identity
