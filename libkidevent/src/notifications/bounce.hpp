#pragma once
// Addresses that messages come back from: what a refusal says about them, and reports of mail servers about
// messages that they had taken (RFC 3464).

#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "notifications/notification.hpp"
#include "notifications/transport.hpp"

#include <kidevent/settings.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kidevent::notifications {

// What a permanent refusal is about.
enum class fault {
    mailbox_unknown, // 5.1.x: there is no such mailbox
    mailbox,         // it is there, and does not take this
    not_the_mailbox, // our server, the message or its content: says nothing about the address
};
// Takes an enhanced status code (RFC 3463), alone or in a text: "5.1.1", "550 5.1.1 no such user". A text
// without one is about the mailbox.
fault fault_of(std::string_view text) noexcept;
// How many refusals of this kind there are before nothing is sent any more; 0: however many there are.
std::int64_t bounces_until_suppressed(fault of, const notification_settings& with) noexcept;

enum class suppression_reason { bounce, complaint, manual };
std::string_view to_text(suppression_reason of) noexcept;

struct suppressed_address_tag;
using suppression_id = strong_id<suppressed_address_tag>;

struct suppressed_address {
    suppression_id id;
    std::string channel;
    std::string address;
    std::string reason;
    std::string detail;
    int bounces;
    std::optional<timestamp> suppressed_at; // none: it has bounced, and may be tried again
    timestamp created_at;
};

// Counts one more refusal; suppresses the address when that makes `bounces_max`.
void add_bounce(db::tenant_transaction& in, channel by, std::string_view address, std::string_view detail,
                std::int64_t bounces_max);
void add_suppress(db::tenant_transaction& in, channel by, std::string_view address, suppression_reason why,
                  std::string_view detail);
// One row when there was one.
db::pending_rows add_unsuppress(db::tenant_transaction& in, suppression_id id);
db::pending_rows add_unsuppress(db::tenant_transaction& in, channel by, std::string_view address);
db::pending_rows add_list_suppressed(db::tenant_batch& in, const std::optional<suppression_id>& before,
                                     int limit);
std::vector<suppressed_address> read_suppressed(const db::result_set& found);

// A message that came back, as a mail server or a provider reports it.
struct bounce_report {
    std::string slug;   // of the organisation, and ..
    notification_id id; // .. the message: both from its Message-ID
    suppression_reason why = suppression_reason::bounce;
    std::string status; // enhanced, "" when there is none
    std::string detail; // one line
};
// Takes a delivery status notification (RFC 3464) with the headers of the message that it is about, or JSON
// lines
// {"message_id": "<..>", "status": "5.1.1", "type": "bounce" or "complaint", "detail": ".."}. Whatever is no
// report of a permanent failure of a message of ours is left out.
std::vector<bounce_report> read_bounce_reports(std::string_view text, std::string_view base_domain);

// <ID@SLUG.BASE_DOMAIN>: every attempt of a message has this Message-ID.
std::string message_id_of(notification_id id, std::string_view slug, std::string_view base_domain);

} // namespace kidevent::notifications
