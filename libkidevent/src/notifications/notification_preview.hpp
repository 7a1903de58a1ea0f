#pragma once
// What a message would say, for who looks at it before it is sent. Nothing is sent, and nobody's wishes are
// asked: a cancellation can be read before anything is cancelled.

#include "core/actor.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/tenant_handle.hpp"
#include "db/database.hpp"
#include "notifications/notification_message.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::notifications {

struct wanted_preview {
    notification_kind kind;
    channel by = channel::email;
    std::optional<uuid> subject; // which kind's: see notification_rule
    reader as;
};

// As the first household that the subject concerns would get it; without children when there is none yet.
// Errors: not_found (there is no such subject, or none of the events `only`; null: all), invalid_fields (none
// was given, or the kind does not exist on the channel).
task<result<rendered_message>> preview_message(db::database& with, tenant_handle at, const settings& by,
                                               wanted_preview wanted, event_limit only);

} // namespace kidevent::notifications
