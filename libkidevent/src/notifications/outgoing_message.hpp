#pragma once
// One message on its way out, complete: whoever carries it looks nothing up.

#include <string>

namespace kidevent::notifications {

enum class channel { email, sms, push };

struct outgoing_message {
    channel by = channel::email;
    std::string to;      // a mailbox (RFC 5321, no display name), a number (E.164), or a device's token
    std::string to_name; // e-mail: what is shown of it, UTF-8; "": nothing
    // E-mail only. An empty `from` is the mail.from of the settings; an empty `reply_to` is no Reply-To.
    std::string from;
    std::string from_name;
    std::string reply_to;
    // The same over all attempts, so that who gets it twice can tell: <unique@domain> of an e-mail, the
    // idempotency key at a provider.
    std::string message_id;
    std::string subject;  // of a push its title; unused for sms
    std::string text;     // UTF-8, lines end with \n
    std::string html;     // e-mail; "": text only
    std::string language; // BCP 47, as in "de"; "": not said
    // "": it answers something that its receiver did. Otherwise where one POST ends more of its kind.
    std::string unsubscribe_url;
};

} // namespace kidevent::notifications
