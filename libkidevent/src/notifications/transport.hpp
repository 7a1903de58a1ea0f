#pragma once
// Carries messages out of the house. One implementation for each way: smtp_transport, provider_transport;
// `transports` chooses.

#include "core/task.hpp"
#include "notifications/outgoing_message.hpp"

#include <string>

namespace kidevent::notifications {

enum class delivery_outcome {
    accepted, // the other side answers for it now
    deferred, // try again later: no connection, too late, no room, 4yz of SMTP, 408, 429 and 5xx of HTTP
    rejected, // never again: this very message is not wanted, 5yz of SMTP, other 4xx of HTTP
};

struct delivery_report {
    delivery_outcome outcome = delivery_outcome::deferred;
    int code = 0;            // of the reply, as in 250 or 429; 0: there was none
    std::string detail;      // for operators, one line of UTF-8; of SMTP with the enhanced code (5.1.1 ..)
    std::string provider_id; // what the other side calls the message; "" when it did not say
};

class transport {
public:
    virtual ~transport() = default;
    // Waits without stopping the loop, at most the timeout of the settings. Throws nothing but what the
    // machine does (std::bad_alloc): whatever goes wrong on the way is in the report.
    virtual task<delivery_report> deliver(outgoing_message what) = 0;
};

} // namespace kidevent::notifications
