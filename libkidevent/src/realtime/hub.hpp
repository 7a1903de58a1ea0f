#pragma once
// The open streams of one worker: who hears what, how many there may be, and what is waiting for each. Holds
// no connection and reads nothing; event_feed tells it what happened. On the thread of the event loop.

#include "realtime/subscriber.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace kidevent::realtime {

struct realtime_stats {
    std::size_t streams = 0;
    std::uint64_t messages = 0; // handed to streams, since the start
    std::uint64_t dropped = 0;  // streams that were ended because their reader was too slow
};

class hub {
public:
    struct limits {
        std::size_t streams_max;
        std::size_t per_account_max;
        std::size_t per_address_max;
        std::size_t backlog_max; // messages
    };
    // Calls back in another turn of the event loop.
    using later = std::function<void(std::function<void()>)>;

    hub(limits with, later post);
    ~hub();
    hub(const hub&) = delete;
    hub& operator=(const hub&) = delete;

    // Counts the stream, which hears nothing before join(). Errors: overloaded, too_many_requests.
    result<subscriber_ptr> admit(audience_member person);
    void join(subscriber& of);
    // The stream is gone; nothing happens when the hub does not know it.
    void forget(subscriber& of) noexcept;

    void publish(tenant_id at, const message& told);
    void send(subscriber& to, shared_text text);
    // Says a last word; the stream ends when that was sent.
    void end(subscriber& of, std::string last_word);
    void end_tenant(tenant_id at, const std::string& last_word);
    // `last_word` is told how many streams were ended before.
    void end_all(const std::function<std::string(std::size_t)>& last_word);
    // A sign of life for streams with nothing else to send.
    void keep_alive();

    bool has_streams(tenant_id at) const { return channels_.contains(at); }
    bool is_heard(tenant_id at, const topic& about) const;
    // Signed in, and last known to be so before then.
    std::vector<subscriber_ptr> list_checked_before(subscriber::instant then) const;
    realtime_stats stats() const noexcept;

private:
    struct channel {
        std::unordered_set<subscriber*> all;
        std::unordered_map<topic, std::unordered_set<subscriber*>, topic_hash> by_topic;
    };

    static std::string account_key(const audience_member& of);
    void release(std::unordered_map<std::string, std::size_t>& counts, const std::string& key) noexcept;
    void queue(subscriber& of);
    void serve_queued();

    limits limits_;
    later post_;
    std::unordered_map<subscriber*, subscriber_ptr> streams_;
    std::map<tenant_id, channel> channels_;
    std::unordered_map<std::string, std::size_t> by_account_;
    std::unordered_map<std::string, std::size_t> by_address_;
    std::vector<subscriber_ptr> queued_;
    bool serving_ = false;
    std::uint64_t offers_ = 0;
    realtime_stats totals_;
};

} // namespace kidevent::realtime
