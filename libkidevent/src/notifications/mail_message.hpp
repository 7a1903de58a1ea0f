#pragma once
// An outgoing message as the bytes of an e-mail (RFC 5322, MIME), with what may not be in one refused before
// anything is sent.

#include "notifications/outgoing_message.hpp"

#include <chrono>

namespace kidevent::notifications {

// Why the message cannot be an e-mail: addresses that are none, line breaks or control characters where a
// header field will stand, texts that are no UTF-8, nothing to say. "" when it can.
std::string mail_fault(const outgoing_message& what);

// Lines of printable ASCII, at most 998 characters long, that end with \r\n; dots are not doubled yet.
// Precondition: mail_fault(what) is "" and what.from is set.
std::string compose_mail(const outgoing_message& what, std::chrono::system_clock::time_point sent_at);

} // namespace kidevent::notifications
