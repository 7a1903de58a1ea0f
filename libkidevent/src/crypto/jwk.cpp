#include "crypto/jwk.hpp"

#include "crypto/base64url.hpp"

#include <boost/json/parse.hpp>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <new>

namespace kidevent::crypto {

namespace {

namespace json = boost::json;

constexpr int rsa_bits_min = 2048;
constexpr int rsa_bits_max = 8192;
constexpr std::size_t p256_bytes = 32;
constexpr std::size_t key_id_bytes_max = 512;

template<auto Free> struct freeing {
    template<class T> void operator()(T* what) const noexcept { Free(what); }
};
using big_number = std::unique_ptr<BIGNUM, freeing<BN_free>>;
using param_builder = std::unique_ptr<OSSL_PARAM_BLD, freeing<OSSL_PARAM_BLD_free>>;
using params = std::unique_ptr<OSSL_PARAM, freeing<OSSL_PARAM_free>>;
using key_context = std::unique_ptr<EVP_PKEY_CTX, freeing<EVP_PKEY_CTX_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freeing<EVP_MD_CTX_free>>;
using ecdsa_signature = std::unique_ptr<ECDSA_SIG, freeing<ECDSA_SIG_free>>;
using key_ptr = std::shared_ptr<evp_pkey_st>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

big_number number_of(std::string_view bytes) {
    return big_number{BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)};
}

// A builder and what it was given live until the key is made of them.
key_ptr make_key(const char* type, OSSL_PARAM_BLD* builder) {
    const params given{OSSL_PARAM_BLD_to_param(builder)};
    const key_context making{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    if (!given || !making || EVP_PKEY_fromdata_init(making.get()) <= 0) return nullptr;
    EVP_PKEY* made = nullptr;
    if (EVP_PKEY_fromdata(making.get(), &made, EVP_PKEY_PUBLIC_KEY, given.get()) <= 0) return nullptr;
    return {made, EVP_PKEY_free};
}

key_ptr make_rsa_key(const std::string& modulus, const std::string& exponent) {
    if (modulus.size() > rsa_bits_max / 8 || exponent.empty() || exponent.size() > 8) return nullptr;
    const big_number n = number_of(modulus);
    const big_number e = number_of(exponent);
    if (!n || !e || BN_num_bits(n.get()) < rsa_bits_min) return nullptr;
    if (!BN_is_odd(n.get()) || !BN_is_odd(e.get()) || BN_is_one(e.get())) return nullptr;
    const param_builder builder{OSSL_PARAM_BLD_new()};
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) <= 0
        || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) <= 0)
        return nullptr;
    return make_key("RSA", builder.get());
}

// A point that is not on the curve makes no key.
key_ptr make_p256_key(const std::string& x, const std::string& y) {
    if (x.size() != p256_bytes || y.size() != p256_bytes) return nullptr;
    const std::string point = '\x04' + x + y;
    const param_builder builder{OSSL_PARAM_BLD_new()};
    if (!builder
        || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) <= 0
        || OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                            point.size())
               <= 0)
        return nullptr;
    const key_ptr made = make_key("EC", builder.get());
    if (!made) return nullptr;
    const key_context checking{EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr)};
    return checking && EVP_PKEY_public_check(checking.get()) == 1 ? made : nullptr;
}

std::string_view text_in(const json::object& of, std::string_view name) {
    const auto* const found = of.if_contains(name);
    return found && found->is_string() ? std::string_view{found->get_string()} : std::string_view{};
}

std::string bytes_in(const json::object& of, std::string_view name) {
    return decode_base64url(text_in(of, name)).value_or("");
}

bool is_for_verifying(const json::object& of) {
    if (of.contains("use") && text_in(of, "use") != "sig") return false;
    const auto* const operations = of.if_contains("key_ops");
    if (!operations) return true;
    if (!operations->is_array()) return false;
    const auto& listed = operations->get_array();
    return std::any_of(listed.begin(), listed.end(),
                       [](const json::value& each) { return each.is_string() && each == "verify"; });
}

std::optional<public_key> read_key(const json::value& from) {
    if (!from.is_object() || !is_for_verifying(from.get_object())) return std::nullopt;
    const json::object& of = from.get_object();
    public_key read{std::string{text_in(of, "kid")}, signature_algorithm::rs256, nullptr};
    std::string_view wanted = "RS256";
    if (text_in(of, "kty") == "RSA") {
        read.key = make_rsa_key(bytes_in(of, "n"), bytes_in(of, "e"));
    } else if (text_in(of, "kty") == "EC" && text_in(of, "crv") == "P-256") {
        read.made_for = signature_algorithm::es256;
        wanted = "ES256";
        read.key = make_p256_key(bytes_in(of, "x"), bytes_in(of, "y"));
    }
    if (!read.key || read.id.size() > key_id_bytes_max) return std::nullopt;
    if (of.contains("alg") && text_in(of, "alg") != wanted) return std::nullopt;
    return read;
}

// JWS spells the two numbers one after the other, OpenSSL wants them in DER.
std::string der_of(std::string_view signature) {
    const ecdsa_signature made{ECDSA_SIG_new()};
    big_number r = number_of(signature.substr(0, p256_bytes));
    big_number s = number_of(signature.substr(p256_bytes));
    if (!made || !r || !s) throw std::bad_alloc{};
    if (ECDSA_SIG_set0(made.get(), r.get(), s.get()) != 1) return "";
    static_cast<void>(r.release()); // they are the signature's now
    static_cast<void>(s.release());
    unsigned char* bytes = nullptr;
    const int length = i2d_ECDSA_SIG(made.get(), &bytes);
    if (length <= 0) return "";
    std::string der{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)};
    OPENSSL_free(bytes);
    return der;
}

} // namespace

std::optional<signature_algorithm> parse_signature_algorithm(std::string_view name) noexcept {
    if (name == "RS256") return signature_algorithm::rs256;
    if (name == "ES256") return signature_algorithm::es256;
    return std::nullopt;
}

bool is_signed_by(const public_key& key, std::string_view text, std::string_view signature) {
    std::string spelled{signature};
    if (key.made_for == signature_algorithm::es256) {
        if (signature.size() != 2 * p256_bytes) return false;
        spelled = der_of(signature);
    }
    const digest_context checking{EVP_MD_CTX_new()};
    if (!checking) throw std::bad_alloc{};
    if (EVP_DigestVerifyInit(checking.get(), nullptr, EVP_sha256(), nullptr, key.key.get()) != 1)
        return false;
    return EVP_DigestVerify(checking.get(), bytes_of(spelled), spelled.size(), bytes_of(text), text.size())
           == 1;
}

std::optional<jwk_set> jwk_set::parse(std::string_view text) {
    boost::system::error_code failed;
    const json::value parsed = json::parse(text, failed);
    if (failed || !parsed.is_object()) return std::nullopt;
    const auto* const keys = parsed.get_object().if_contains("keys");
    if (!keys || !keys->is_array() || keys->get_array().size() > keys_max) return std::nullopt;
    jwk_set read;
    for (const json::value& each : keys->get_array())
        if (auto key = read_key(each)) read.keys_.push_back(std::move(*key));
    return read;
}

jwk_set::match jwk_set::find(std::string_view id, signature_algorithm algorithm) const noexcept {
    const public_key* found = nullptr;
    for (const public_key& each : keys_) {
        if (each.made_for != algorithm || (!id.empty() && each.id != id)) continue;
        if (found) return {outcome::ambiguous, nullptr};
        found = &each;
    }
    return {found ? outcome::found : outcome::unknown, found};
}

} // namespace kidevent::crypto
