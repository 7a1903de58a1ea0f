#include "redis/subscriber.hpp"

#include "redis/link.hpp"

#include <map>
#include <span>

namespace kidevent::redis {

namespace asio = boost::asio;

namespace {
// A connection that died without a word shows when a question is not answered until the next one.
constexpr std::chrono::seconds ping_every{5};
} // namespace

class subscriber::impl {
public:
    impl(subscriber& told, asio::io_context& loop, const redis_settings& with)
        : told_(told), ping_(loop), link_(loop, with) {
        link_.on_up = [this] { begin(); };
        link_.on_down = [this] {
            ping_.cancel();
            for (auto& [channel, confirmed] : channels_)
                confirmed = false;
            doubt();
        };
        link_.on_reply = [this](reply got) { take(got); };
    }

    void send(std::initializer_list<std::string> words) {
        if (!link_.is_up()) return;
        std::string bytes;
        append_command(bytes, std::span(words.begin(), words.size()));
        link_.send(bytes);
    }

    bool hears_all() const noexcept {
        for (const auto& [channel, confirmed] : channels_)
            if (!confirmed) return false;
        return link_.is_up();
    }

    void doubt() const {
        if (told_.on_doubt) told_.on_doubt();
    }

    subscriber& told_;
    asio::steady_timer ping_;
    link link_;
    std::map<std::string, bool, std::less<>> channels_; // and whether the server has confirmed

private:
    void begin() {
        answered_ = true;
        for (const auto& [channel, confirmed] : channels_)
            send({"SUBSCRIBE", channel});
        ping_later();
        if (channels_.empty()) doubt();
    }

    void ping_later() {
        ping_.expires_after(ping_every);
        ping_.async_wait([this](const boost::system::error_code& cancelled) {
            if (cancelled || !link_.is_up()) return;
            if (!answered_) return link_.fail("the server is silent");
            answered_ = false;
            send({"PING"});
            ping_later();
        });
    }

    void take(const reply& got) {
        answered_ = true;
        // Without a subscription PING is answered as usual.
        if (got.is == reply::kind::simple && got.text == "PONG") return;
        if (got.is != reply::kind::array || got.items.size() < 2) return link_.fail("not a message");
        const std::string& what = got.items[0].text;
        const std::string& channel = got.items[1].text;
        if (what == "message" && got.items.size() == 3) {
            if (told_.on_message) told_.on_message(channel, got.items[2].text);
        } else if (what == "subscribe") {
            const auto found = channels_.find(channel);
            if (found == channels_.end()) return;
            found->second = true;
            if (hears_all()) doubt();
        } else if (what != "unsubscribe" && what != "pong") {
            link_.fail("not a message");
        }
    }

    bool answered_ = true;
};

subscriber::subscriber(asio::io_context& loop, const redis_settings& with)
    : impl_(std::make_unique<impl>(*this, loop, with)) {}
subscriber::~subscriber() { close(); }

void subscriber::start() { impl_->link_.start(); }

void subscriber::close() {
    on_doubt = nullptr;
    impl_->ping_.cancel();
    impl_->link_.close();
}

void subscriber::subscribe(const std::string& channel) {
    if (impl_->channels_.emplace(channel, false).second) impl_->send({"SUBSCRIBE", channel});
}

void subscriber::unsubscribe(const std::string& channel) {
    if (impl_->channels_.erase(channel) > 0) impl_->send({"UNSUBSCRIBE", channel});
}

bool subscriber::hears_all() const noexcept { return impl_->hears_all(); }

} // namespace kidevent::redis
