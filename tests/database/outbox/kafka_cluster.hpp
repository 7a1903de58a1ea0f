#pragma once
// A Kafka of the test's own: the brokers that librdkafka has for tests, in this process, and what lies in
// them. For tests only.

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace kidevent::tests {

struct kafka_message {
    std::int32_t partition = 0;
    std::string key;
    std::string value;
    std::map<std::string, std::string> headers;
};

class kafka_cluster {
public:
    explicit kafka_cluster(int brokers = 1, int partitions = 4) : partitions_(partitions) {
        owner_ = make_client(RD_KAFKA_PRODUCER, {});
        cluster_ = rd_kafka_mock_cluster_new(owner_, brokers);
        if (!cluster_) throw std::runtime_error("there are no brokers for tests");
        rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, brokers);
    }
    ~kafka_cluster() {
        rd_kafka_mock_cluster_destroy(cluster_);
        rd_kafka_destroy(owner_);
    }
    kafka_cluster(const kafka_cluster&) = delete;
    kafka_cluster& operator=(const kafka_cluster&) = delete;

    std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
    void stop() { rd_kafka_mock_broker_set_down(cluster_, 1); }
    void start() { rd_kafka_mock_broker_set_up(cluster_, 1); }
    // How long the broker takes for each answer.
    void delay(std::chrono::milliseconds each) {
        rd_kafka_mock_broker_set_rtt(cluster_, 1, static_cast<int>(each.count()));
    }
    // The answers to the next requests to write.
    void refuse(const std::vector<rd_kafka_resp_err_t>& errors) {
        constexpr std::int16_t produce = 0;
        for (const auto each : errors)
            rd_kafka_mock_push_request_errors(cluster_, produce, 1, each);
    }

    // Everything that was written, partition by partition, each in its order.
    std::vector<kafka_message> messages() const {
        rd_kafka_t* const reader = make_client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers()},
                                                                   {"group.id", "reader"},
                                                                   {"auto.offset.reset", "earliest"},
                                                                   {"enable.partition.eof", "true"}});
        rd_kafka_poll_set_consumer(reader);
        auto* const wanted = rd_kafka_topic_partition_list_new(partitions_);
        for (int i = 0; i < partitions_; ++i)
            rd_kafka_topic_partition_list_add(wanted, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
        rd_kafka_assign(reader, wanted);
        rd_kafka_topic_partition_list_destroy(wanted);
        std::map<std::int32_t, std::vector<kafka_message>> found;
        int ended = 0;
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (ended < partitions_ && std::chrono::steady_clock::now() < limit) {
            rd_kafka_message_t* const one = rd_kafka_consumer_poll(reader, 100);
            if (!one) continue;
            if (one->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ended;
            if (!one->err) found[one->partition].push_back(read(*one));
            rd_kafka_message_destroy(one);
        }
        rd_kafka_consumer_close(reader);
        rd_kafka_destroy(reader);
        if (ended < partitions_) throw std::runtime_error("the topic could not be read to its end");
        std::vector<kafka_message> all;
        for (const auto& [partition, messages] : found)
            all.insert(all.end(), messages.begin(), messages.end());
        return all;
    }

    const std::string topic = "kidevent.events";

private:
    static rd_kafka_t* make_client(rd_kafka_type_t type, const std::map<std::string, std::string>& options) {
        rd_kafka_conf_t* const with = rd_kafka_conf_new();
        std::array<char, 512> why{};
        for (const auto& [name, value] : options)
            if (rd_kafka_conf_set(with, name.c_str(), value.c_str(), why.data(), why.size())
                != RD_KAFKA_CONF_OK)
                throw std::runtime_error(why.data());
        rd_kafka_conf_set_log_cb(with, [](const rd_kafka_t*, int, const char*, const char*) {});
        rd_kafka_t* const made = rd_kafka_new(type, with, why.data(), why.size());
        if (!made) throw std::runtime_error(why.data());
        return made;
    }

    static kafka_message read(const rd_kafka_message_t& from) {
        kafka_message made;
        made.partition = from.partition;
        made.key.assign(static_cast<const char*>(from.key), from.key_len);
        made.value.assign(static_cast<const char*>(from.payload), from.len);
        rd_kafka_headers_t* headers = nullptr;
        if (rd_kafka_message_headers(&from, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return made;
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        for (std::size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); ++i)
            made.headers[name].assign(static_cast<const char*>(value), size);
        return made;
    }

    int partitions_;
    rd_kafka_t* owner_ = nullptr;
    rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

} // namespace kidevent::tests
