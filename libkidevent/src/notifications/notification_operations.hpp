#pragma once
// What the people who run an installation do with messages. Called by the command line.

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/tenant_handle.hpp"
#include "db/database.hpp"
#include "notifications/bounce.hpp"
#include "notifications/notification_repository.hpp"

#include <vector>

namespace kidevent::notifications {

// Newest first.
task<std::vector<notification>> list_notifications(db::database& with, tenant_handle at, log_filter wanted,
                                                   int limit);
// Errors: not_found.
task<result<notification>> find_notification(db::database& with, tenant_handle at, notification_id id);

struct notification_count {
    std::string state;
    std::string channel;
    std::int64_t messages;
};
task<std::vector<notification_count>> count_notifications(db::database& with, tenant_handle at);

// Puts a message that was not sent into the queue again, as if it were new. Errors: not_found, also for one
// that was sent or waits already.
task<result<notification_id>> retry_notification(db::database& with, tenant_handle at, notification_id id,
                                                 timestamp now);

task<std::vector<suppressed_address>> list_suppressed(db::database& with, tenant_handle at, int limit);
// `address` as the account has it: an e-mail address in lower case.
task<> suppress_address(db::database& with, tenant_handle at, channel by, std::string address,
                        std::string why);
// Errors: not_found.
task<result<suppression_id>> unsuppress_address(db::database& with, tenant_handle at, channel by,
                                                std::string address);

// Marks the message as bounced and its account's address as refused, or suppressed. False: there is no such
// message, or it was not sent. `at` is the report's organisation.
task<bool> record_bounce(db::database& with, tenant_handle at, bounce_report report,
                         const notification_settings& settings);

} // namespace kidevent::notifications
