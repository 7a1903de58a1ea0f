#pragma once
// Messages that others publish through Redis: a connection of its own, which does nothing but listen. A
// message can be lost whenever the connection is; the listener is told and asks its source again.

#include <kidevent/settings.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace kidevent::redis {

class subscriber {
public:
    subscriber(boost::asio::io_context& loop, const redis_settings& with);
    ~subscriber();

    void start();
    void close();
    // Also before start() and while the connection is away. Messages flow from some moment after it on;
    // on_doubt tells when a lost connection is back.
    void subscribe(const std::string& channel);
    void unsubscribe(const std::string& channel);
    // True while the server has confirmed every subscription.
    bool hears_all() const noexcept;

    std::function<void(std::string_view channel, std::string_view payload)> on_message;
    // Messages may have been missed: the connection was lost, or the subscriptions have just come back.
    std::function<void()> on_doubt;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

} // namespace kidevent::redis
