#pragma once
// Text messages or pushes by way of a provider: one POST of JSON for each, as docs/notifications.md describes
// it.

#include "core/worker_threads.hpp"
#include "http_client/guarded_request.hpp"
#include "notifications/transport.hpp"

#include <kidevent/settings.hpp>

#include <optional>

namespace kidevent::notifications {

class provider_transport : public transport {
public:
    // Everything must outlive it; the url is one of the settings' own. `post_to_loop` brings a function to
    // the loop's thread. Threads come with the first message.
    provider_transport(const std::string& url, const provider_settings& with,
                       worker_threads::post_to_loop post_to_loop);

    // Deferred at once when provider.waiting_max messages wait already.
    task<delivery_report> deliver(outgoing_message what) override;

private:
    http_client::guarded_request make_post(const outgoing_message& what,
                                           std::chrono::milliseconds left) const;

    const std::string& url_;
    const provider_settings& with_;
    worker_threads::post_to_loop post_to_loop_;
    std::optional<worker_threads> threads_;
};

// Why it cannot be sent: a number or a device's token that is none, no id, nothing to say. "" when it can.
std::string provider_fault(const outgoing_message& what);

// What an answer means for the message.
delivery_report judge_provider_answer(const http_client::request_outcome& answer);

} // namespace kidevent::notifications
