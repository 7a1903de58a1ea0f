#include "crypto/envelope.hpp"

#include "crypto/base64url.hpp"
#include "crypto/random.hpp"
#include "crypto/sodium_ready.hpp"

#include <sodium.h>

#include <algorithm>
#include <span>

namespace kidevent::crypto {
namespace {

constexpr std::string_view version = "e1";
constexpr std::size_t nonce_length = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_length = crypto_aead_xchacha20poly1305_ietf_ABYTES;

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Each part with its length before it: no two places have one text.
std::string associated_text(const field_context& at, std::string_view key_name) {
    std::string text;
    for (const std::string_view each : {version, key_name, at.tenant, at.table, at.column, at.row})
        text.append(std::to_string(each.size())).append(1, ':').append(each);
    return text;
}

struct sealed_parts {
    std::string_view key_name;
    std::string_view text; // base64url
};

std::optional<sealed_parts> split(std::string_view sealed) noexcept {
    const auto first = sealed.find('.');
    const auto second = sealed.find('.', first == sealed.npos ? first : first + 1);
    if (second == sealed.npos || sealed.substr(0, first) != version) return std::nullopt;
    return sealed_parts{sealed.substr(first + 1, second - first - 1), sealed.substr(second + 1)};
}

// The alphabet of openssl and that of URLs, with and without the padding.
std::optional<std::string> decode_key(std::string_view text) {
    std::string spelled{text};
    if (spelled.size() == 44 && spelled.back() == '=') spelled.pop_back();
    std::replace(spelled.begin(), spelled.end(), '+', '-');
    std::replace(spelled.begin(), spelled.end(), '/', '_');
    auto bytes = decode_base64url(spelled);
    sodium_memzero(spelled.data(), spelled.size());
    if (bytes && bytes->size() != 32) bytes.reset();
    return bytes;
}

} // namespace

no_encryption_key::no_encryption_key()
    : std::runtime_error("this installation has no encryption key: set security.encryption_keys") {}

envelope::envelope(const std::vector<std::string>& keys) {
    require_sodium();
    keys_.reserve(keys.size()); // a copy that a growing vector left behind would not be wiped
    for (const std::string& each : keys) {
        const auto colon = each.find(':');
        const auto name = each.substr(0, colon);
        const bool has_name = colon != each.npos && !name.empty() && name.find('.') == name.npos;
        auto bytes = has_name ? decode_key(std::string_view{each}.substr(colon + 1)) : std::nullopt;
        if (!bytes)
            throw std::invalid_argument("security.encryption_keys: an item is not NAME:BASE64 of 32 bytes");
        if (find(name))
            throw std::invalid_argument("security.encryption_keys: two keys have the name " + name);
        key& made = keys_.emplace_back(key{name, {}});
        std::copy(bytes->begin(), bytes->end(), made.bytes.begin());
        sodium_memzero(bytes->data(), bytes->size());
    }
}

envelope::~envelope() {
    for (key& each : keys_)
        sodium_memzero(each.bytes.data(), each.bytes.size());
}

const envelope::key* envelope::find(std::string_view name) const noexcept {
    for (const key& each : keys_)
        if (each.name == name) return &each;
    return nullptr;
}

std::string envelope::seal(const field_context& at, std::string_view plain) const {
    if (keys_.empty()) throw no_encryption_key();
    const key& with = keys_.front();
    const std::string associated = associated_text(at, with.name);
    std::string bytes(nonce_length + plain.size() + tag_length, '\0');
    fill_random(std::as_writable_bytes(std::span{bytes}).first(nonce_length));
    auto* const nonce = reinterpret_cast<unsigned char*>(bytes.data());
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_length, nullptr, bytes_of(plain), plain.size(),
                                               bytes_of(associated), associated.size(), nullptr, nonce,
                                               with.bytes.data());
    return std::string{version} + '.' + with.name + '.' + encode_base64url(bytes);
}

std::optional<std::string> envelope::open(const field_context& at, std::string_view sealed) const {
    const auto parts = split(sealed);
    if (!parts) return std::nullopt;
    const key* const with = find(parts->key_name);
    const auto bytes = decode_base64url(parts->text);
    if (!with || !bytes || bytes->size() < nonce_length + tag_length) return std::nullopt;
    const std::string associated = associated_text(at, with->name);
    std::string plain(bytes->size() - nonce_length - tag_length, '\0');
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, bytes_of(*bytes) + nonce_length,
        bytes->size() - nonce_length, bytes_of(associated), associated.size(), bytes_of(*bytes),
        with->bytes.data());
    if (failed != 0) return std::nullopt;
    return plain;
}

bool envelope::is_current(std::string_view sealed) const noexcept {
    const auto parts = split(sealed);
    return parts && !keys_.empty() && parts->key_name == keys_.front().name;
}

} // namespace kidevent::crypto
