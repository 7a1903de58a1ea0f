#pragma once
// Writes a message: reads the rows that it is about, as they are now, and fills its template.

#include "db/tenant_batch.hpp"
#include "notifications/message_template.hpp"
#include "notifications/notification.hpp"

#include <string>

namespace kidevent::notifications {

// One place that the message tells of.
struct told_place {
    std::string child; // "": a preview that concerns nobody yet
    std::string event_title;
    std::string location;
    timestamp starts_at;
    std::string time_zone; // of the event, IANA
};

// What is told to the household about the subject. Rows that were cancelled meanwhile, and sessions that are
// no longer to be reminded of at `now`, are not among them: a message without any is not sent any more.
db::pending_rows add_find_places(db::tenant_batch& in, const message_subject& of,
                                 const std::optional<household_id>& household, timestamp now,
                                 const events::time_zone& on);
std::vector<told_place> read_places(const db::result_set& found);
// Whether the kind says anything without a place.
bool needs_places(notification_kind kind) noexcept;

struct reader {
    std::string given_name;
    std::optional<std::string> locale; // none: the organisation's
    std::string unsubscribe_url;       // "": for what is no courtesy
};
rendered_message write_message(notification_kind kind, channel by, const sender_profile& from,
                               const reader& to, const std::vector<told_place>& places);

} // namespace kidevent::notifications
