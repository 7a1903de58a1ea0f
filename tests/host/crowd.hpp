#pragma once
// Many clients of a host_stack at once, each on a connection of its own that it keeps, each asking again as
// soon as it has its answer. For tests only.

#include "support/host_stack.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace kidevent::tests {

class crowd {
public:
    using clock = std::chrono::steady_clock;

    struct shot {
        int status; // 0: the connection broke
        double milliseconds;
        bool says_when; // Retry-After
    };
    // The next request of a client; std::nullopt ends it. On that client's thread.
    using next_request = std::function<std::optional<http_request>()>;

    // Who is refused asks the same again, after that pause.
    crowd(const host_stack& at, std::chrono::milliseconds pause) : at_(at), pause_(pause) {}
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;
    ~crowd() { stop(); }

    // One more client; `into` is read after stop().
    void add(next_request next, std::vector<shot>& into) {
        // Each its own list until the end.
        mine_.push_back(std::make_unique<std::vector<shot>>());
        into_.push_back(&into);
        threads_.emplace_back(
            [this, next = std::move(next), list = mine_.back().get()] { run(next, *list); });
    }
    void stop() {
        stopping_ = true;
        for (std::thread& each : threads_)
            each.join();
        for (std::size_t i = 0; i < threads_.size(); ++i)
            into_[i]->insert(into_[i]->end(), mine_[i]->begin(), mine_[i]->end());
        threads_.clear();
    }

private:
    void run(const next_request& next, std::vector<shot>& list) {
        http_client client{at_.port()};
        std::optional<http_request> wanted = next();
        while (!stopping_ && wanted) {
            const auto began = clock::now();
            shot one{0, 0, false};
            try {
                const auto got = client.send(*wanted);
                one.status = got.status;
                one.says_when = !got.header_value("Retry-After").empty();
            } catch (const std::runtime_error&) {
                client.disconnect();
            }
            one.milliseconds = std::chrono::duration<double, std::milli>(clock::now() - began).count();
            list.push_back(one);
            if (one.status == 503 || one.status == 429)
                std::this_thread::sleep_for(pause_);
            else
                wanted = next();
        }
    }

    const host_stack& at_;
    std::chrono::milliseconds pause_;
    std::atomic<bool> stopping_ = false;
    std::vector<std::unique_ptr<std::vector<shot>>> mine_;
    std::vector<std::vector<shot>*> into_;
    std::vector<std::thread> threads_;
};

// Of those that were answered 200; `part` is between 0 and 1.
inline double quantile(const std::vector<crowd::shot>& of, double part) {
    std::vector<double> took;
    for (const auto& each : of)
        if (each.status == 200) took.push_back(each.milliseconds);
    if (took.empty()) return 0;
    std::sort(took.begin(), took.end());
    return took[std::min(took.size() - 1, static_cast<std::size_t>(part * static_cast<double>(took.size())))];
}

inline int count_of(const std::vector<crowd::shot>& of, int status) {
    return static_cast<int>(
        std::count_if(of.begin(), of.end(), [status](const auto& each) { return each.status == status; }));
}

inline double median(std::vector<double> of) {
    std::sort(of.begin(), of.end());
    return of.at(of.size() / 2);
}

} // namespace kidevent::tests
