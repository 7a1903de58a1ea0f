#pragma once
// What an account wants to hear of and how, and where it can be reached.

#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "notifications/notification_kind.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kidevent::notifications {

struct choice {
    notification_kind kind;
    channel by;
    bool enabled;
};

struct preferences {
    std::optional<std::string> locale; // none: the organisation's
    std::optional<std::string> phone;  // E.164
    bool has_push_token = false;
    std::vector<choice> choices; // all that can be refused
};

// A member that is not set stays as it is; std::nullopt inside it takes the value away.
struct preferences_change {
    std::optional<std::optional<std::string>> locale;
    std::optional<std::optional<std::string>> phone;
    std::optional<std::optional<std::string>> push_token;
    std::vector<choice> choices;
};

struct pending_preferences {
    db::pending_rows contacts;
    db::pending_rows choices;
};
pending_preferences add_find_preferences(db::tenant_batch& in, account_id of);
pending_preferences add_find_preferences(db::tenant_transaction& in, account_id of);
preferences read_preferences(const pending_preferences& found);

void add_change_preferences(db::tenant_transaction& in, account_id of, const preferences_change& by);
// Nothing for an account that does not exist.
void add_choose(db::tenant_transaction& in, account_id of, const choice& chosen);

} // namespace kidevent::notifications
