#include "realtime/hub.hpp"

#include <utility>

namespace kidevent::realtime {

namespace {

// Streams that are served in one turn of the event loop, so that a message to all of them does not keep
// requests waiting.
constexpr std::size_t served_per_turn = 256;
constexpr int retry_after_seconds = 10;

const shared_text& sign_of_life() {
    static const auto text = std::make_shared<const std::string>(": keep-alive\n\n");
    return text;
}

refusal try_later(errc why) {
    refusal refused = refuse(why);
    refused.retry_after_seconds = retry_after_seconds;
    return refused;
}

} // namespace

hub::hub(limits with, later post) : limits_(with), post_(std::move(post)) {}

hub::~hub() {
    for (const auto& [key, each] : streams_)
        each->in = nullptr;
}

std::string hub::account_key(const audience_member& of) {
    if (!of.who.is_signed_in()) return {};
    return to_string(of.at.value) + to_string(of.who.account().value);
}

result<subscriber_ptr> hub::admit(audience_member person) {
    if (streams_.size() >= limits_.streams_max) return try_later(errc::overloaded);
    const auto account = account_key(person);
    const auto count_of = [](const auto& counts, const std::string& key) {
        const auto found = counts.find(key);
        return found == counts.end() ? 0 : found->second;
    };
    if (count_of(by_address_, person.address) >= limits_.per_address_max)
        return try_later(errc::too_many_requests);
    if (!account.empty() && count_of(by_account_, account) >= limits_.per_account_max)
        return try_later(errc::too_many_requests);
    ++by_address_[person.address];
    if (!account.empty()) ++by_account_[account];
    auto made = std::make_shared<subscriber>();
    made->person = std::move(person);
    made->in = this;
    made->checked_at = std::chrono::steady_clock::now();
    streams_.emplace(made.get(), made);
    channels_[made->person.at].all.insert(made.get());
    return made;
}

void hub::join(subscriber& of) {
    if (!of.in || of.ending || std::exchange(of.joined, true)) return;
    auto& in = channels_.at(of.person.at);
    for (const topic& each : of.person.topics)
        in.by_topic[each].insert(&of);
}

void hub::release(std::unordered_map<std::string, std::size_t>& counts, const std::string& key) noexcept {
    const auto found = counts.find(key);
    if (found != counts.end() && --found->second == 0) counts.erase(found);
}

void hub::forget(subscriber& of) noexcept {
    const auto found = streams_.find(&of);
    if (found == streams_.end()) return;
    of.in = nullptr;
    const auto at = channels_.find(of.person.at);
    for (const topic& each : of.person.topics) {
        const auto heard = at->second.by_topic.find(each);
        if (heard == at->second.by_topic.end()) continue;
        heard->second.erase(&of);
        if (heard->second.empty()) at->second.by_topic.erase(heard);
    }
    at->second.all.erase(&of);
    if (at->second.all.empty()) channels_.erase(at);
    release(by_address_, of.person.address);
    release(by_account_, account_key(of.person));
    streams_.erase(found);
}

void hub::publish(tenant_id at, const message& told) {
    const auto found = channels_.find(at);
    if (found == channels_.end()) return;
    const auto offer = ++offers_; // a stream may hear of it under several topics, and gets it once
    for (const topic& each : told.topics) {
        const auto heard = found->second.by_topic.find(each);
        if (heard == found->second.by_topic.end()) continue;
        // A stream that is ended stays in the set until it is destroyed, in a later turn of the loop.
        for (subscriber* const one : heard->second) {
            if (std::exchange(one->last_offered, offer) == offer) continue;
            if (!one->may_hear(told)) continue;
            send(*one, told.text);
        }
    }
}

void hub::send(subscriber& to, shared_text text) {
    if (to.ending || !to.in) return;
    if (to.backlog.size() >= limits_.backlog_max) {
        // It comes back with Last-Event-ID and gets what it missed.
        to.backlog.clear();
        to.ending = true;
        ++totals_.dropped;
    } else {
        to.backlog.push_back(std::move(text));
        ++totals_.messages;
    }
    queue(to);
}

void hub::end(subscriber& of, std::string last_word) {
    if (of.ending || !of.in) return;
    of.backlog.push_back(std::make_shared<const std::string>(std::move(last_word)));
    of.ending = true;
    queue(of);
}

void hub::end_tenant(tenant_id at, const std::string& last_word) {
    const auto found = channels_.find(at);
    if (found == channels_.end()) return;
    for (subscriber* const each : found->second.all)
        end(*each, last_word);
}

void hub::end_all(const std::function<std::string(std::size_t)>& last_word) {
    std::size_t ended = 0;
    for (const auto& [key, each] : streams_)
        end(*each, last_word(ended++));
}

void hub::keep_alive() {
    for (const auto& [key, each] : streams_) {
        if (!each->backlog.empty() || each->ending) continue;
        each->backlog.push_back(sign_of_life());
        queue(*each);
    }
}

bool hub::is_heard(tenant_id at, const topic& about) const {
    const auto found = channels_.find(at);
    return found != channels_.end() && found->second.by_topic.contains(about);
}

std::vector<subscriber_ptr> hub::list_checked_before(subscriber::instant then) const {
    std::vector<subscriber_ptr> found;
    for (const auto& [key, each] : streams_)
        if (each->person.who.is_signed_in() && each->checked_at < then && !each->ending)
            found.push_back(each);
    return found;
}

realtime_stats hub::stats() const noexcept {
    realtime_stats now = totals_;
    now.streams = streams_.size();
    return now;
}

// What is sent to a stream within one turn of the loop leaves together in the next one.
void hub::queue(subscriber& of) {
    if (std::exchange(of.queued, true)) return;
    queued_.push_back(streams_.at(&of));
    if (std::exchange(serving_, true)) return;
    post_([this] { serve_queued(); });
}

void hub::serve_queued() {
    auto taken = std::exchange(queued_, {});
    const auto count = std::min(taken.size(), served_per_turn);
    for (std::size_t i = 0; i < count; ++i) {
        taken[i]->queued = false;
        taken[i]->serve();
    }
    // Those that are left come before those that were queued meanwhile.
    taken.erase(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(count));
    taken.insert(taken.end(), queued_.begin(), queued_.end());
    queued_ = std::move(taken);
    serving_ = !queued_.empty();
    if (serving_) post_([this] { serve_queued(); });
}

} // namespace kidevent::realtime
