#include "outbox/kafka_sink.hpp"

#include <boost/json/value_to.hpp>

namespace kidevent::outbox {

namespace {

// What a record takes in the queue beside its texts, about.
constexpr std::size_t record_bytes = 512;

std::size_t size_of(const kafka_record& one) {
    std::size_t size = record_bytes + one.key.size() + one.value.size();
    for (const auto& [name, value] : one.headers)
        size += name.size() + value.size();
    return size;
}

} // namespace

kafka_record make_kafka_record(const published_event& of, const std::string& origin) {
    kafka_record made;
    made.key = (of.tenant ? to_string(of.tenant->value) : "-") + "/" + of.subject;
    made.value = of.data;
    for (const auto& [name, value] : make_cloud_event(of, origin)) {
        if (name == "data") continue;
        const auto header = name == "datacontenttype" ? "content-type" : "ce_" + std::string{name};
        made.headers.emplace_back(header, boost::json::value_to<std::string>(value));
    }
    return made;
}

kafka_sink::kafka_sink(const kafka_settings& with, origin_of origins, worker_threads::post_to_loop post)
    : with_(with),
      origins_(std::move(origins)),
      producer_(with_),
      thread_(std::in_place, "kafka", 1, 1, std::move(post)) {}

void kafka_sink::give_up() noexcept {
    producer_.stop();
    thread_.reset();
}

task<send_outcome> kafka_sink::send(std::span<const published_event> events,
                                    std::chrono::steady_clock::time_point until) {
    // What the brokers get too late may be somebody else's by then.
    if (std::chrono::steady_clock::now() + with_.timeout >= until) co_return send_outcome{0};
    std::vector<kafka_record> records;
    std::size_t bytes = 0;
    for (const published_event& each : events) {
        records.push_back(make_kafka_record(each, origins_(each.slug)));
        bytes += size_of(records.back());
        // At least one, or it would never go on.
        if (bytes > static_cast<std::size_t>(with_.batch_bytes_max) && records.size() > 1) {
            records.pop_back();
            break;
        }
    }
    auto delivering = thread_->run<kafka_delivery>([this, &records] { return producer_.deliver(records); });
    const kafka_delivery done = co_await delivering;
    co_return send_outcome{done.confirmed, done.error};
}

} // namespace kidevent::outbox
