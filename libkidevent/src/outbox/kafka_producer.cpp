#include "outbox/kafka_producer.hpp"

#include "telemetry/log.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>

namespace kidevent::outbox {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using options = std::vector<std::pair<std::string, std::string>>;

constexpr milliseconds poll_length{50};
constexpr int level_of_warnings = 4; // as syslog counts

struct configuration_deleter {
    void operator()(rd_kafka_conf_t* of) const { rd_kafka_conf_destroy(of); }
};
using configuration = std::unique_ptr<rd_kafka_conf_t, configuration_deleter>;

// Called on threads of librdkafka.
void write_log(const rd_kafka_t*, int level, const char* facility, const char* text) {
    // It warns of each option that its authors call experimental.
    const bool is_about_options = std::string_view{facility} == "CONFWARN";
    if (level <= level_of_warnings && !is_about_options)
        log::warn("kafka", {{"detail", std::string_view{text}}});
    else
        log::debug("kafka", {{"detail", std::string_view{text}}});
}

std::string protocol_of(const kafka_settings& with) {
    const bool signs_in = with.sasl != "none";
    if (with.tls == "tls") return signs_in ? "sasl_ssl" : "ssl";
    return signs_in ? "sasl_plaintext" : "plaintext";
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

options options_of(const kafka_settings& with) {
    const auto timeout = std::to_string(with.timeout.count());
    options chosen{
        {"bootstrap.servers", with.brokers},
        {"client.id", "kidevent"},
        {"security.protocol", protocol_of(with)},
        // Each record once and in the order of its partition, whatever is sent again underneath; a hole in
        // that order is an error and not a hole.
        {"enable.idempotence", "true"},
        {"enable.gapless.guarantee", "true"},
        {"acks", "all"},
        // The library would give up one record after the other, and might send a later one in between. We
        // give up all of them together.
        {"delivery.timeout.ms", "0"},
        {"request.timeout.ms", timeout},
        {"socket.timeout.ms", timeout},
        {"socket.connection.setup.timeout.ms", std::to_string(with.connect_timeout.count())},
        {"reconnect.backoff.ms", "50"},
        {"reconnect.backoff.max.ms", "2000"},
        {"linger.ms", "2"},
        {"queue.buffering.max.messages", "100000"},
        {"queue.buffering.max.kbytes", std::to_string(with.batch_bytes_max / 1024)},
        {"compression.codec", "none"},
    };
    if (!with.ca_file.empty()) chosen.emplace_back("ssl.ca.location", with.ca_file);
    if (with.sasl != "none") {
        chosen.emplace_back("sasl.mechanism", upper(with.sasl));
        chosen.emplace_back("sasl.username", with.user);
        chosen.emplace_back("sasl.password", with.password);
    }
    return chosen;
}

configuration make_configuration(const options& chosen) {
    configuration made{rd_kafka_conf_new()};
    std::array<char, 512> why{};
    for (const auto& [name, value] : chosen)
        if (rd_kafka_conf_set(made.get(), name.c_str(), value.c_str(), why.data(), why.size())
            != RD_KAFKA_CONF_OK)
            throw std::runtime_error("kafka: " + std::string{why.data()});
    rd_kafka_conf_set_log_cb(made.get(), write_log);
    return made;
}

// What is known of the records of one call.
struct batch {
    explicit batch(std::size_t records) : errors(records, RD_KAFKA_RESP_ERR__IN_PROGRESS) {}

    std::vector<rd_kafka_resp_err_t> errors; // one for each record
    std::size_t left = 0;                    // handed over and not reported on

    // Where in the batch a record is goes along with it.
    struct place {
        batch* of;
        std::size_t index;
    };
};

// On the thread that polls, which is the one that delivers.
void take_report(rd_kafka_t*, const rd_kafka_message_t* of, void*) {
    const std::unique_ptr<batch::place> at{static_cast<batch::place*>(of->_private)};
    at->of->errors[at->index] = of->err;
    --at->of->left;
}

// What keeps it from delivering at the moment; on the same thread.
void take_error(rd_kafka_t*, int, const char* text, void* into) { *static_cast<std::string*>(into) = text; }

} // namespace

class kafka_producer::connected {
public:
    connected(const options& chosen, std::string topic) : topic_(std::move(topic)) {
        auto with = make_configuration(chosen);
        rd_kafka_conf_set_dr_msg_cb(with.get(), take_report);
        rd_kafka_conf_set_error_cb(with.get(), take_error);
        rd_kafka_conf_set_opaque(with.get(), &last_error_);
        std::array<char, 512> why{};
        client_ = rd_kafka_new(RD_KAFKA_PRODUCER, with.get(), why.data(), why.size());
        if (!client_) throw std::runtime_error("kafka: " + std::string{why.data()});
        static_cast<void>(with.release()); // the client has it now
    }
    ~connected() { rd_kafka_destroy(client_); }
    connected(const connected&) = delete;
    connected& operator=(const connected&) = delete;

    kafka_delivery deliver(const std::vector<kafka_record>& records, milliseconds timeout,
                           const std::atomic<bool>& stopping) {
        batch under_way{records.size()};
        const auto give_up_at = steady_clock::now() + timeout;
        last_error_.clear();
        for (std::size_t i = 0; i < records.size(); ++i)
            // A hole must not be followed by anything.
            if (!hand_over(records[i], under_way, i)) break;
        bool given_up = false;
        while (under_way.left > 0) {
            rd_kafka_poll(client_, static_cast<int>(poll_length.count()));
            if (given_up || (!stopping && steady_clock::now() < give_up_at)) continue;
            given_up = true;
            rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        }
        const auto failed = std::find_if(under_way.errors.begin(), under_way.errors.end(),
                                         [](auto each) { return each != RD_KAFKA_RESP_ERR_NO_ERROR; });
        if (failed == under_way.errors.end()) return {records.size(), ""};
        return {static_cast<std::size_t>(failed - under_way.errors.begin()), explain(*failed)};
    }

private:
    // False: it was refused at once; the batch knows why.
    bool hand_over(const kafka_record& record, batch& of, std::size_t index) {
        rd_kafka_headers_t* const headers = rd_kafka_headers_new(record.headers.size());
        for (const auto& [name, value] : record.headers)
            rd_kafka_header_add(headers, name.c_str(), static_cast<ssize_t>(name.size()), value.data(),
                                static_cast<ssize_t>(value.size()));
        auto place = std::make_unique<batch::place>(batch::place{&of, index});
        // The library copies what it does not change.
        const auto bytes = [](rd_kafka_vtype_t of_kind, const std::string& from) {
            rd_kafka_vu_t made{};
            made.vtype = of_kind;
            made.u.mem = {const_cast<char*>(from.data()), from.size()};
            return made;
        };
        std::array<rd_kafka_vu_t, 6> given{bytes(RD_KAFKA_VTYPE_KEY, record.key),
                                           bytes(RD_KAFKA_VTYPE_VALUE, record.value)};
        given[2].vtype = RD_KAFKA_VTYPE_TOPIC;
        given[2].u.cstr = topic_.c_str();
        given[3].vtype = RD_KAFKA_VTYPE_HEADERS;
        given[3].u.headers = headers;
        given[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
        given[4].u.i = RD_KAFKA_MSG_F_COPY;
        given[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
        given[5].u.ptr = place.get();
        if (rd_kafka_error_t* const refused = rd_kafka_produceva(client_, given.data(), given.size())) {
            of.errors[index] = rd_kafka_error_code(refused);
            rd_kafka_error_destroy(refused);
            rd_kafka_headers_destroy(headers);
            return false;
        }
        ++of.left;
        static_cast<void>(place.release()); // comes back with the report
        return true;
    }

    std::string explain(rd_kafka_resp_err_t failed) const {
        const bool given_up =
            failed == RD_KAFKA_RESP_ERR__PURGE_QUEUE || failed == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
        std::string text = given_up ? "the brokers did not confirm in time" : rd_kafka_err2str(failed);
        if (!last_error_.empty()) text += " (" + last_error_ + ")";
        return text;
    }

    std::string last_error_; // of the current batch
    std::string topic_;
    rd_kafka_t* client_ = nullptr;
};

kafka_producer::kafka_producer(const kafka_settings& with) : with_(with) {}

kafka_producer::~kafka_producer() = default;

kafka_delivery kafka_producer::deliver(const std::vector<kafka_record>& records) {
    if (!connected_) connected_ = std::make_unique<connected>(options_of(with_), with_.topic);
    auto outcome = connected_->deliver(records, with_.timeout, stopping_);
    // What follows a failure must not meet what is left of it.
    if (!outcome.error.empty()) connected_.reset();
    return outcome;
}

} // namespace kidevent::outbox
