#pragma once
// A connection to the relay, from its greeting to QUIT: secured and signed in as the settings say, it takes
// one message after the other. Blocks; for one thread at a time.

#include "notifications/smtp_dialog.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::notifications {

struct smtp_envelope {
    std::string from;
    std::string to;
};

class smtp_connection {
public:
    // The settings must outlive it. Throws smtp_failure when nothing can be sent over it: no connection, no
    // TLS although it is demanded, a sign-in that failed.
    smtp_connection(const mail_settings& with, smtp_dialog::time_point until);
    ~smtp_connection();
    smtp_connection(const smtp_connection&) = delete;
    smtp_connection& operator=(const smtp_connection&) = delete;

    // Whether it still answers; to be asked before it is used again. Does not throw.
    bool is_alive(smtp_dialog::time_point until) noexcept;
    // `content` as compose_mail makes it. Throws smtp_failure when the connection broke; it must be given up
    // then.
    delivery_report send(const smtp_envelope& envelope, std::string_view content,
                         smtp_dialog::time_point until);

    // After send(): whether another message may follow.
    bool is_reusable() const noexcept { return is_reusable_; }
    // When the last message went out, or the connection was made.
    smtp_dialog::time_point last_used() const noexcept { return last_used_; }

private:
    void greet();
    void secure();
    void sign_in();
    bool offers(std::string_view keyword) const;
    bool offers_sign_in(std::string_view method) const;
    delivery_report send_within_limit(const smtp_envelope& envelope, std::string_view content);
    delivery_report refuse(const smtp_reply& reply);

    const mail_settings& with_;
    smtp_dialog dialog_;
    std::vector<std::string> extensions_; // lines of the reply to EHLO, in capital letters
    std::int64_t sent_ = 0;
    bool is_reusable_ = true;
    smtp_dialog::time_point last_used_;
};

} // namespace kidevent::notifications
