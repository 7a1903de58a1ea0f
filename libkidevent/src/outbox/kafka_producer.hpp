#pragma once
// Hands records to Kafka and waits until the brokers have confirmed them. Blocks, so it is called on a thread
// that may; the only part that knows librdkafka. Used by kafka_sink.

#include <kidevent/settings.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kidevent::outbox {

struct kafka_record {
    std::string key;
    std::string value;
    std::vector<std::pair<std::string, std::string>> headers;
};

struct kafka_delivery {
    std::size_t confirmed = 0; // of the records, from the first on
    std::string error;         // why the next one was not; "" when all were
};

class kafka_producer {
public:
    explicit kafka_producer(const kafka_settings& with);
    ~kafka_producer();

    // Returns after kafka.timeout at the latest. Nothing of a batch is under way afterwards: what is
    // not confirmed may have been written or not. One call at a time. Throws
    // std::runtime_error when the settings cannot be used, as when there are no certificates in
    // kafka.ca_file.
    kafka_delivery deliver(const std::vector<kafka_record>& records);
    // From any thread: deliver() ends soon, with an error.
    void stop() noexcept { stopping_ = true; }

private:
    class connected;

    kafka_settings with_;
    std::unique_ptr<connected> connected_; // made when it is needed; ends with the first failure
    std::atomic<bool> stopping_ = false;
};

} // namespace kidevent::outbox
