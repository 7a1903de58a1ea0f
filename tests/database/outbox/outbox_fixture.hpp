#pragma once
// Two tenants, and ways to write and receive their events. For the tests of the outbox.

#include "outbox/outbox.hpp"
#include "outbox/relay.hpp"
#include "support/open_database.hpp"
#include "support/two_tenants.hpp"

namespace kidevent::tests {

// Remembers what it got, and can be told to fail.
class recording_sink : public outbox::event_sink {
public:
    explicit recording_sink(std::string name) : name_(std::move(name)) {}

    const std::string& name() const noexcept override { return name_; }
    task<outbox::send_outcome> send(std::span<const outbox::published_event> events,
                                    std::chrono::steady_clock::time_point) override {
        std::size_t accepted = 0;
        for (const auto& each : events) {
            if (before_each) before_each();
            if (each.data.find(fails_at) != std::string::npos && !fails_at.empty())
                co_return outbox::send_outcome{accepted, "told to fail"};
            received.push_back(each);
            ++accepted;
        }
        co_return outbox::send_outcome{accepted, ""};
    }

    std::vector<outbox::published_event> received;
    std::string fails_at; // part of an event's data; "": never
    std::function<void()> before_each;

private:
    std::string name_;
};

class events_of_two_tenants : public two_tenants {
public:
    events_of_two_tenants() { relaying.lease = std::chrono::milliseconds{300}; }

    // An event about the aggregate with that number; `mark` says which one it is.
    static outbox::new_event make_event(int aggregate, const std::string& mark) {
        uuid id;
        id.bytes[0] = static_cast<std::uint8_t>(aggregate);
        return {outbox::event_kind::child_updated, id, {{"child_id", mark}, {"household_id", "h"}}};
    }

    static task<> write(db::database& with, tenant_handle at, outbox::new_event what, bool commit) {
        auto beginning = db::tenant_transaction::begin(with, at);
        auto transaction = co_await beginning;
        outbox::add_event(transaction, what);
        if (commit)
            co_await transaction.commit();
        else
            co_await transaction.rollback();
    }
    void write(open_database& through, const std::string& slug, int aggregate, const std::string& mark,
               bool commit = true) {
        through.run(write(through.database, through.handle_of(slug), make_event(aggregate, mark), commit));
    }

    std::string count(const std::string& condition = "true") {
        return superuser.value("select count(*) from platform.outbox where " + condition);
    }

    outbox_settings relaying;
};

} // namespace kidevent::tests
