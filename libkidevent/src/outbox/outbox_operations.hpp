#pragma once
// What the people who run an installation do with the outbox: look at it, have events delivered again, record
// a deployment. Called by the command line.

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "db/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kidevent::outbox {

struct listed_event {
    std::int64_t sequence;
    std::optional<std::int64_t> position; // none: not published yet
    uuid id;
    std::string slug; // "" when it is about the installation
    std::string type;
    std::string subject;
    std::string data; // a JSON object
    timestamp created_at;
    std::optional<timestamp> published_at;
};

struct event_search {
    std::int64_t before = INT64_MAX; // a sequence
    std::string type;                // "": all
    bool waiting_only = false;
    int limit = 100;
};

struct sink_state {
    std::string name;
    std::int64_t accepted; // position
    std::int64_t behind;   // published events that it has not accepted
    int failures;          // in a row
    std::optional<timestamp> retry_at;
    std::optional<std::string> last_error;
    bool is_fed; // by a process, now
};

struct outbox_stats {
    std::int64_t waiting; // to be published
    std::int64_t oldest_waiting_s;
    std::int64_t kept;
    std::int64_t last_position;
    std::vector<sink_state> sinks;
};

// Newest first.
task<std::vector<listed_event>> list_events(db::database& with, event_search wanted);
task<outbox_stats> read_stats(db::database& with);
// Delivers everything from the position on to the sink again, under the same ids; the number of events.
// Errors: not_found (no such sink).
task<result<std::int64_t>> replay_events(db::database& with, std::string sink, std::int64_t from_position);
// The id of the deployment. Errors: invalid_fields.
task<result<uuid>> record_deployment(db::database& with, std::string version);

} // namespace kidevent::outbox
