#pragma once
// The links with which somebody says no more of one kind of e-mail, without signing in (RFC 8058). A link
// carries its own right: who has it can switch this kind off for this account, and do nothing else.

#include "core/uuid.hpp"
#include "notifications/notification_kind.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::notifications {

struct unsubscription {
    account_id of;
    notification_kind kind;
};

// Signed for one organisation with the installation's key (http.signing_key). It never ends while
// the key is believed: people unsubscribe with the oldest mail that they find.
std::string make_unsubscribe_token(std::string_view signing_key, std::string_view origin,
                                   const unsubscription& what);
// std::nullopt when it is forged, damaged, another organisation's, or of a kind that cannot be refused.
// `others` are believed beside the key: the one before, while keys are changed (http.other_signing_keys).
std::optional<unsubscription> read_unsubscribe_token(std::string_view signing_key,
                                                     const std::vector<std::string>& others,
                                                     std::string_view origin, std::string_view token);

std::string unsubscribe_url(std::string_view origin, std::string_view signing_key, account_id of,
                            notification_kind kind);

} // namespace kidevent::notifications
