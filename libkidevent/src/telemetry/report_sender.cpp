#include "telemetry/report_sender.hpp"

#include <utility>

namespace kidevent::telemetry {

report_sender::~report_sender() {
    {
        const std::lock_guard held{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void report_sender::submit(make_post make, std::uint64_t things, tally& count) {
    {
        const std::lock_guard held{mutex_};
        if (waiting_.size() >= waiting_max_) {
            count.dropped += things;
            return;
        }
        waiting_.push_back({std::move(make), things, &count});
        if (!thread_.joinable()) thread_ = std::thread{[this] { serve(); }};
    }
    changed_.notify_one();
}

void report_sender::serve() {
    for (;;) {
        report next;
        {
            std::unique_lock held{mutex_};
            changed_.wait(held, [this] { return stopping_ || !waiting_.empty(); });
            if (stopping_) return;
            next = std::move(waiting_.front());
            waiting_.pop_front();
        }
        const int status = http_client::post(next.make());
        auto& counted = status >= 200 && status < 300 ? next.count->sent : next.count->dropped;
        counted += next.things;
    }
}

} // namespace kidevent::telemetry
