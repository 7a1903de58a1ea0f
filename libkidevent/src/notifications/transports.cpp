#include "notifications/transports.hpp"

#include "notifications/provider_transport.hpp"
#include "notifications/smtp_transport.hpp"

#include <stdexcept>

namespace kidevent::notifications {

transports::transports(const mail_settings& mail, const provider_settings& provider,
                       worker_threads::post_to_loop post_to_loop) {
    if (!mail.host.empty()) email_ = std::make_unique<smtp_transport>(mail, post_to_loop);
    if (!provider.sms_url.empty())
        sms_ = std::make_unique<provider_transport>(provider.sms_url, provider, post_to_loop);
    if (!provider.push_url.empty())
        push_ = std::make_unique<provider_transport>(provider.push_url, provider, post_to_loop);
}

transports::~transports() = default;

transport* transports::of(channel by) const noexcept {
    switch (by) {
    case channel::email: return email_.get();
    case channel::sms: return sms_.get();
    case channel::push: return push_.get();
    }
    return nullptr;
}

task<delivery_report> transports::deliver(outgoing_message what) {
    transport* const chosen = of(what.by);
    if (chosen == nullptr) throw std::logic_error("no way out is set up for this channel");
    auto delivering = chosen->deliver(std::move(what));
    co_return co_await delivering;
}

} // namespace kidevent::notifications
