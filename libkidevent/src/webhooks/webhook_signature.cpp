#include "webhooks/webhook_signature.hpp"

#include "crypto/base64url.hpp"
#include "crypto/hmac.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

namespace kidevent::webhooks {

namespace {

constexpr std::string_view prefix = "whsec_";

// The standard asks for the plain alphabet with padding.
std::string plain_base64(std::span<const std::byte> bytes) {
    std::string text = crypto::encode_base64url(bytes);
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string key_of(const secret& from) {
    std::string text = from.reveal();
    if (!text.starts_with(prefix)) throw std::invalid_argument("a webhook's secret begins with whsec_");
    text.erase(0, prefix.size());
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    text.erase(text.find_last_not_of('=') + 1);
    const auto key = crypto::decode_base64url(text);
    if (!key) throw std::invalid_argument("a webhook's secret is not base64");
    return *key;
}

} // namespace

std::string make_webhook_secret() {
    std::array<std::byte, 32> bytes;
    crypto::fill_random(bytes);
    return std::string{prefix} + plain_base64(bytes);
}

std::string signatures_of(const std::vector<secret>& with, std::string_view id, std::int64_t sent_at_s,
                          std::string_view body) {
    std::string signed_text{id};
    signed_text += "." + std::to_string(sent_at_s) + ".";
    signed_text += body;
    std::string all;
    for (const secret& each : with) {
        if (each.empty()) continue;
        all += (all.empty() ? "v1," : " v1,") + plain_base64(crypto::hmac_sha256(key_of(each), signed_text));
    }
    return all;
}

} // namespace kidevent::webhooks
