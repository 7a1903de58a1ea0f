#include "notifications/unsubscribe.hpp"

#include "crypto/base64url.hpp"
#include "crypto/hmac.hpp"

#include <algorithm>

namespace kidevent::notifications {

namespace {

// The name keeps these apart from whatever else is signed with the key.
crypto::digest tag_of(std::string_view signing_key, std::string_view origin, std::string_view payload) {
    return crypto::hmac_sha256(signing_key, "kidevent unsubscribe 1\n" + std::string{origin} + "\n"
                                                + std::string{payload});
}

std::string text_of(const crypto::digest& of) {
    return crypto::encode_base64url(std::as_bytes(std::span{of}));
}

} // namespace

std::string make_unsubscribe_token(std::string_view signing_key, std::string_view origin,
                                   const unsubscription& what) {
    const std::string payload = to_string(what.of.value) + "." + std::string{rule_of(what.kind).name};
    return payload + "." + text_of(tag_of(signing_key, origin, payload));
}

std::optional<unsubscription> read_unsubscribe_token(std::string_view signing_key,
                                                     const std::vector<std::string>& others,
                                                     std::string_view origin, std::string_view token) {
    const auto end = token.rfind('.');
    const auto middle = token.find('.');
    if (end == std::string_view::npos || middle == end) return std::nullopt;
    const std::string_view payload = token.substr(0, end);
    const auto is_tag_under = [&](std::string_view key) {
        return crypto::equal_in_constant_time(token.substr(end + 1), text_of(tag_of(key, origin, payload)));
    };
    if (!is_tag_under(signing_key) && std::none_of(others.begin(), others.end(), is_tag_under))
        return std::nullopt;
    const auto account = parse_uuid(payload.substr(0, middle));
    const auto kind = find_kind(payload.substr(middle + 1));
    if (!account || !kind || !is_optional(*kind, channel::email)) return std::nullopt;
    return unsubscription{account_id{*account}, *kind};
}

std::string unsubscribe_url(std::string_view origin, std::string_view signing_key, account_id of,
                            notification_kind kind) {
    return std::string{origin}
           + "/api/v1/unsubscribe?token=" + make_unsubscribe_token(signing_key, origin, {of, kind});
}

} // namespace kidevent::notifications
