#pragma once
// What a mail server answers (RFC 5321 section 4.2), read line by line and judged.

#include "notifications/transport.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace kidevent::notifications {

struct smtp_reply {
    int code = 0;                   // 200 to 599
    std::vector<std::string> lines; // without the code
    bool is_positive() const noexcept { return code >= 200 && code < 300; }
    bool is_intermediate() const noexcept { return code >= 300 && code < 400; }
    // Code and text in one line of UTF-8, with the enhanced status code when there is one.
    std::string summary() const;
};

struct smtp_reply_line {
    int code = 0;
    bool is_last = true;
    std::string_view text;
};

// Without its line break. std::nullopt: it is no line of a reply.
std::optional<smtp_reply_line> parse_reply_line(std::string_view line);

// What a refusal of MAIL, RCPT, DATA or of the text means for the message. 421 (the server goes away) and
// demands to sign in or to encrypt say nothing about the message: it is tried again.
delivery_report judge_refusal(const smtp_reply& reply);

} // namespace kidevent::notifications
