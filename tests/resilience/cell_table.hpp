#pragma once
// The table: each dependency with each fault under each deed. The tests come from it, and docs/resilience.md.

#include "resilience/cell.hpp"

namespace kidevent::tests::resilience {

inline void add_postgresql(std::vector<cell>& all) {
    const auto of = dependency::postgresql;
    const struct {
        fault is;
        const char* browse;
        const char* enrol;
    } broken[]{
        {fault::down, "Refused as soon as the worker has heard that its connections are gone.",
         "Refused. The transaction is undone or complete, never half; sent again, it takes one place."},
        {fault::reset_in_mid_reply, "A half reply is no reply: refused, and the connection is closed.",
         "Refused. Whether it was committed is unknown to the client; sent again, it takes one place."},
        {fault::garbage, "A reply that makes no sense closes the connection: refused, never passed on.",
         "Refused, the connection is closed. Sent again, it takes one place."},
    };
    for (const auto& each : broken) {
        all.push_back({of, each.is, deed::browse, effect::refused, message::none, 2500ms, each.browse});
        all.push_back({of, each.is, deed::enrol, effect::refused, message::none, 2500ms, each.enrol});
        all.push_back(
            {of, each.is, deed::manage, effect::refused, message::none, 2500ms,
             "Refused, changes and lists alike; the version is as it was, so it can be sent again."});
        all.push_back({of, each.is, deed::listen, effect::caught_up, message::none, 5000ms,
                       "Stays open and silent. Afterwards it hears all that it missed, in order and once."});
    }
    all.push_back({of, fault::slow, deed::browse, effect::late, message::none, 2500ms,
                   "Answered one round trip later."});
    all.push_back({of, fault::slow, deed::enrol, effect::late, message::none, 4000ms,
                   "Answered some round trips later."});
    all.push_back({of, fault::slow, deed::manage, effect::late, message::none, 4000ms,
                   "Answered some round trips later."});
    all.push_back(
        {of, fault::slow, deed::listen, effect::late, message::none, 2500ms, "Events arrive as much later."});
}

inline void add_redis(std::vector<cell>& all) {
    const auto of = dependency::redis;
    for (const fault is : {fault::down, fault::slow, fault::reset_in_mid_reply, fault::garbage}) {
        const char* const browse =
            is == fault::slow ? "Waits for redis.command_timeout once, then PostgreSQL is asked."
                              : "PostgreSQL is asked instead; Redis is left alone until it answers again.";
        all.push_back({of, is, deed::browse, effect::unharmed, message::none, 1500ms, browse});
        all.push_back({of, is, deed::enrol, effect::unharmed, message::none, 1500ms,
                       "Does not wait for Redis; lists show the new number of places at once."});
        all.push_back({of, is, deed::manage, effect::unharmed, message::none, 1500ms,
                       "Does not wait for Redis; lists show the change at once."});
        all.push_back({of, is, deed::listen, effect::unharmed, message::none, 1500ms,
                       "Untouched: streams are fed from PostgreSQL."});
    }
}

inline void add_webhook_target(std::vector<cell>& all) {
    const auto of = dependency::webhook_target;
    for (const fault is : {fault::down, fault::slow, fault::reset_in_mid_reply, fault::garbage}) {
        const bool is_slow = is == fault::slow;
        const auto sent = is_slow ? message::delivered : message::kept;
        const char* const words =
            is_slow ? "Answered before anything is posted; the delivery takes as long as its receiver."
                    : "Answered before anything is posted; the delivery is kept and tried again.";
        all.push_back(
            {of, is, deed::browse, effect::unharmed, message::none, 1500ms, "Untouched: nothing is posted."});
        all.push_back({of, is, deed::enrol, effect::unharmed, sent, 1500ms, words});
        all.push_back({of, is, deed::manage, effect::unharmed, sent, 1500ms, words});
        all.push_back({of, is, deed::listen, effect::unharmed, sent, 1500ms,
                       "Hears of the change however its deliveries fare."});
    }
}

inline void add_mail_relay(std::vector<cell>& all) {
    const auto of = dependency::mail_relay;
    for (const fault is : {fault::down, fault::slow, fault::reset_in_mid_reply, fault::garbage}) {
        const bool is_slow = is == fault::slow;
        const char* const words =
            is_slow ? "Answered before anything is sent; the mail takes as long as the relay."
                    : "Answered before anything is sent; the mail is kept and tried again.";
        all.push_back(
            {of, is, deed::browse, effect::unharmed, message::none, 1500ms, "Untouched: nothing is sent."});
        all.push_back({of, is, deed::enrol, effect::unharmed, is_slow ? message::delivered : message::kept,
                       1500ms, words});
        all.push_back(
            {of, is, deed::manage, effect::unharmed, message::none, 1500ms, "Untouched: nothing is sent."});
        all.push_back(
            {of, is, deed::listen, effect::unharmed, message::none, 1500ms, "Untouched: nothing is sent."});
    }
}

inline void add_identity_provider(std::vector<cell>& all) {
    const auto of = dependency::identity_provider;
    for (const fault is : {fault::down, fault::slow, fault::reset_in_mid_reply, fault::garbage}) {
        for (const deed what : {deed::browse, deed::enrol, deed::manage, deed::listen})
            all.push_back(
                {of, is, what, effect::unharmed, message::none, 1500ms, "Untouched: nobody is asked."});
        const bool is_slow = is == fault::slow;
        all.push_back({of, is, deed::sign_in, is_slow ? effect::late : effect::refused, message::none, 2500ms,
                       is_slow ? "Signed in as soon as the provider has answered."
                               : "Refused, and nobody is signed in; begun anew afterwards, it works."});
    }
}

inline const std::vector<cell>& all_cells() {
    static const std::vector<cell> all = [] {
        std::vector<cell> made;
        add_postgresql(made);
        add_redis(made);
        add_webhook_target(made);
        add_mail_relay(made);
        add_identity_provider(made);
        return made;
    }();
    return all;
}

} // namespace kidevent::tests::resilience
