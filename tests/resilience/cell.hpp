#pragma once
// What the table of tests/resilience is made of: what a person does while something that KidEvent depends on
// has a fault, and what comes of it.

#include "support/fault_proxy.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace kidevent::tests::resilience {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

enum class dependency { postgresql, redis, webhook_target, mail_relay, identity_provider };

enum class deed {
    browse,  // a visitor reads the list of events, nothing remembered by the worker
    enrol,   // a guardian registers a child, with an Idempotency-Key
    manage,  // staff renames an event and reads a roster
    listen,  // a browser has a stream of changes open
    sign_in, // a browser comes back from an identity provider
};

enum class effect {
    unharmed, // right, and in time
    late,     // right, and not before the dependency has answered
    refused,  // 503 with Retry-After and a problem; sent again after the fault, it works
    caught_up // the stream says nothing wrong, and after the fault all that it missed, once
};

// What becomes of the message that the deed causes.
enum class message {
    none,
    delivered,
    kept // tried, waits for the next try, and arrives after the fault
};

struct cell {
    dependency of;
    fault is;
    deed what;
    effect then;
    message sent;
    milliseconds within; // each answer, or all events of a stream; after the fault where it caught up
    std::string words;   // for the page
};

inline std::string name_of(dependency of) {
    switch (of) {
    case dependency::postgresql: return "postgresql";
    case dependency::redis: return "redis";
    case dependency::webhook_target: return "webhook_target";
    case dependency::mail_relay: return "mail_relay";
    case dependency::identity_provider: return "identity_provider";
    }
    throw std::logic_error("a dependency without a name");
}

inline std::string name_of(fault is) {
    switch (is) {
    case fault::none: return "none";
    case fault::down: return "down";
    case fault::slow: return "slow";
    case fault::silent: return "silent";
    case fault::reset_in_mid_reply: return "reset";
    case fault::garbage: return "garbage";
    }
    throw std::logic_error("a fault without a name");
}

inline std::string name_of(deed what) {
    switch (what) {
    case deed::browse: return "browse";
    case deed::enrol: return "register";
    case deed::manage: return "staff";
    case deed::listen: return "stream";
    case deed::sign_in: return "sign_in";
    }
    throw std::logic_error("a deed without a name");
}

// The deed asks the dependency for something, or is followed by a message that does. What does not, must not
// reach it at all.
inline bool uses_dependency(const cell& which) {
    switch (which.of) {
    case dependency::postgresql: return true;
    case dependency::redis: return which.what != deed::listen;
    case dependency::webhook_target:
    case dependency::mail_relay: return which.sent != message::none;
    case dependency::identity_provider: return which.what == deed::sign_in;
    }
    throw std::logic_error("a dependency that nothing is known of");
}

// How late `slow` is: longer than the deed takes, shorter than what is waited for.
inline milliseconds delay_of(dependency of) {
    switch (of) {
    case dependency::postgresql: return 120ms;
    case dependency::redis: return 400ms; // redis.command_timeout is 100 ms
    case dependency::webhook_target:
    case dependency::mail_relay:
    case dependency::identity_provider: return 300ms;
    }
    throw std::logic_error("a dependency that nothing is known of");
}

} // namespace kidevent::tests::resilience
