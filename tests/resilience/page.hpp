#pragma once
// docs/resilience.md, printed from the table.

#include "resilience/cell.hpp"

namespace kidevent::tests::resilience {

inline std::string heading_of(dependency of) {
    switch (of) {
    case dependency::postgresql: return "PostgreSQL";
    case dependency::redis: return "Redis";
    case dependency::webhook_target: return "The receiver of a webhook";
    case dependency::mail_relay: return "The mail relay";
    case dependency::identity_provider: return "An identity provider";
    }
    throw std::logic_error("a dependency without a heading");
}

inline std::string words_of(fault is) {
    switch (is) {
    case fault::down: return "down: connections are reset, new ones refused";
    case fault::slow: return "slow: each reply comes late";
    case fault::reset_in_mid_reply: return "reset: half a reply, then the connection breaks";
    case fault::garbage: return "garbage: replies are other bytes";
    case fault::none:
    case fault::silent: break;
    }
    throw std::logic_error("a fault that the table does not have");
}

inline std::string words_of(effect then) {
    switch (then) {
    case effect::unharmed: return "right, in time";
    case effect::late: return "right, late";
    case effect::refused: return "503 with Retry-After";
    case effect::caught_up: return "caught up afterwards";
    }
    throw std::logic_error("an effect without words");
}

inline std::string words_of(message sent) {
    switch (sent) {
    case message::none: return "";
    case message::delivered: return "arrives";
    case message::kept: return "kept, tried again";
    }
    throw std::logic_error("a message without words");
}

inline std::string page_of(const std::vector<cell>& all) {
    std::string page = "# When something is down\n\n"
                       "What comes of a request while something that KidEvent depends on has a fault. This "
                       "page is printed from\n"
                       "the table in `tests/resilience/cell_table.hpp`; each row is a test of the same name\n"
                       "(`resilience/postgresql/down/browse`), in which two organisations do the same at "
                       "once, first without the\n"
                       "fault. After it has ended, everything works again within five seconds, and nothing "
                       "is lost, done twice,\n"
                       "half done or shown to the other organisation.\n\n"
                       "`browse`: a visitor reads the list of events, which no worker remembers. `register`: "
                       "a guardian registers\n"
                       "a child, with an Idempotency-Key. `staff`: an event is renamed and a roster read. "
                       "`stream`: a browser has a\n"
                       "stream of changes open. `sign_in`: a browser comes back from an identity provider. "
                       "The limit holds with a\n"
                       "request deadline of 4 s and other timeouts to match.\n";
    const cell* before = nullptr;
    for (const cell& each : all) {
        if (!before || before->of != each.of) {
            page += "\n## " + heading_of(each.of) + "\n\n";
            page += "| Fault | Deed | Answer | Within | Message | |\n|---|---|---|---|---|---|\n";
        }
        page += "| " + name_of(each.is) + " | " + name_of(each.what) + " | " + words_of(each.then) + " | "
                + std::to_string(each.within.count()) + " ms | " + words_of(each.sent) + " | " + each.words
                + " |\n";
        before = &each;
    }
    page += "\n## The faults\n\n";
    for (const fault is : {fault::down, fault::slow, fault::reset_in_mid_reply, fault::garbage})
        page += "- " + words_of(is) + "\n";
    return page;
}

} // namespace kidevent::tests::resilience
