#pragma once
// Authenticated encryption of single fields at rest (XChaCha20-Poly1305): secrets of second factors and of
// identity providers. A sealed text opens only in the place it was sealed for, so a row that is copied to
// another account, column or tenant is worth nothing there.

#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::crypto {

// Where the field lives. Tables of the platform have the tenant "platform".
struct field_context {
    std::string_view tenant; // the tenant's id as text
    std::string_view table;
    std::string_view column;
    std::string_view row; // the row's id as text
};

// Something was to be sealed or opened on an installation without keys.
class no_encryption_key : public std::runtime_error {
public:
    no_encryption_key();
};

class envelope {
public:
    // The items of the setting security.encryption_keys: "name:base64 of 32 bytes". The first one seals, all
    // open; none is permitted. Throws std::invalid_argument for one that is malformed and for a name that
    // occurs twice, without quoting the key.
    explicit envelope(const std::vector<std::string>& keys);
    ~envelope();
    envelope(const envelope&) = delete;
    envelope& operator=(const envelope&) = delete;

    bool has_key() const noexcept { return !keys_.empty(); }

    // "e1.<name of the key>.<base64url of nonce and ciphertext>"; another text on each call. Throws
    // no_encryption_key.
    std::string seal(const field_context& at, std::string_view plain) const;

    // std::nullopt when the text was changed, was sealed for another place, or with a key that is not here
    // any more.
    std::optional<std::string> open(const field_context& at, std::string_view sealed) const;

    // Whether the text was sealed with the key that seals now; false for one that is no sealed text.
    bool is_current(std::string_view sealed) const noexcept;

private:
    struct key {
        std::string name;
        std::array<unsigned char, 32> bytes;
    };
    const key* find(std::string_view name) const noexcept;

    std::vector<key> keys_;
};

} // namespace kidevent::crypto
