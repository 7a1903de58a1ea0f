#pragma once
// An address that an organisation has its events posted to, and the deliveries to it.

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "core/uuid.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kidevent::webhooks {

using webhook_id = strong_id<struct webhook_tag>;
using delivery_id = strong_id<struct webhook_delivery_tag>;

struct webhook {
    webhook_id id;
    std::string url;
    std::string description;
    std::string types; // of events, separated by blanks; "": all
    int version;
    timestamp created_at;
    std::optional<timestamp> disabled_at;
    std::optional<std::string> disabled_reason;
};

// What an owner writes; absent members stay as they are.
struct webhook_change {
    std::optional<std::string> url;
    std::optional<std::string> description;
    std::optional<std::string> types;
    std::optional<bool> enabled;
};

// One event for one webhook, and what came of it.
struct delivery {
    delivery_id id;
    webhook_id of;
    uuid event; // the webhook-id
    std::string type;
    int attempts;
    std::optional<int> status_code; // of the last attempt; none: no answer
    std::optional<std::string> error;
    timestamp created_at;
    std::optional<timestamp> attempted_at;
    std::optional<timestamp> next_attempt_at;
    std::optional<timestamp> delivered_at;

    std::string_view state() const noexcept {
        if (delivered_at) return "delivered";
        return next_attempt_at ? "waiting" : "failed";
    }
};

// What the sender needs of one.
struct outgoing {
    webhook_id of;
    uuid event;
    std::string body;
    int attempts;
    std::string url;
    secret signing_secret;
    secret previous_secret; // empty when there is none any more
    bool is_wanted;         // waiting, and its webhook enabled
};

} // namespace kidevent::webhooks
