#pragma once
// All ways out of the house, by channel. A channel whose settings name no server does not exist here.

#include "core/worker_threads.hpp"
#include "notifications/transport.hpp"

#include <kidevent/settings.hpp>

#include <memory>

namespace kidevent::notifications {

class transports : public transport {
public:
    // The settings must outlive it. `post_to_loop` brings a function to the loop's thread. Starts no thread:
    // the first delivery of a channel does.
    transports(const mail_settings& mail, const provider_settings& provider,
               worker_threads::post_to_loop post_to_loop);
    ~transports() override;

    // Whether messages can be sent this way at all: mail.host, provider.sms_url or provider.push_url is set.
    bool can(channel by) const noexcept { return of(by) != nullptr; }
    // Throws std::logic_error when it cannot; ask before the message is written.
    task<delivery_report> deliver(outgoing_message what) override;

private:
    transport* of(channel by) const noexcept;

    std::unique_ptr<transport> email_;
    std::unique_ptr<transport> sms_;
    std::unique_ptr<transport> push_;
};

} // namespace kidevent::notifications
