#pragma once
// Takes telemetry to its receivers without holding up a request: a bounded queue and one thread, which starts
// with the first report. What finds no room, or is not taken by its receiver, is dropped and counted.

#include "http_client/http_post.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace kidevent::telemetry {

class report_sender {
public:
    // Written on the thread of the sender, so that making it costs no request anything.
    using make_post = std::function<http_client::outgoing_post()>;

    // How many things were sent and dropped; written by the sender's thread, read by anybody.
    struct tally {
        std::atomic<std::uint64_t> sent{0};
        std::atomic<std::uint64_t> dropped{0};
    };

    explicit report_sender(std::size_t waiting_max = 256) : waiting_max_(waiting_max) {}
    // Drops what waits; what is being sent is awaited, which its deadline bounds.
    ~report_sender();
    report_sender(const report_sender&) = delete;
    report_sender& operator=(const report_sender&) = delete;

    // The report holds `things` of what `count` counts, which must outlive the sender.
    void submit(make_post make, std::uint64_t things, tally& count);

private:
    struct report {
        make_post make;
        std::uint64_t things;
        tally* count;
    };
    void serve();

    const std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<report> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace kidevent::telemetry
