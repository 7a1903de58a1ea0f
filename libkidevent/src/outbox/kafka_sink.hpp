#pragma once
// Events to Kafka, as the Kafka binding of CloudEvents has them in its binary mode: attributes are headers,
// data is the value, and the key keeps the events of one aggregate in one partition and so in their order.
// Built by services; see docs/sinks.md.

#include "core/worker_threads.hpp"
#include "outbox/event_sink.hpp"
#include "outbox/kafka_producer.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::outbox {

// Free of Kafka itself, for tests. `origin` is the source.
kafka_record make_kafka_record(const published_event& of, const std::string& origin);

class kafka_sink final : public event_sink {
public:
    // The source of a tenant's events by its slug; of the installation's by "".
    using origin_of = std::function<std::string(const std::string& slug)>;

    kafka_sink(const kafka_settings& with, origin_of origins, worker_threads::post_to_loop post);

    const std::string& name() const noexcept override { return name_; }
    // Ends when the brokers have confirmed, or after kafka.timeout: nothing is under way between two calls,
    // so there is nothing to flush when the process ends.
    task<send_outcome> send(std::span<const published_event> events,
                            std::chrono::steady_clock::time_point until) override;
    void give_up() noexcept override;

private:
    const std::string name_ = "kafka";
    kafka_settings with_;
    origin_of origins_;
    kafka_producer producer_;
    std::optional<worker_threads> thread_; // one, which waits for the brokers; none after give_up()
};

} // namespace kidevent::outbox
