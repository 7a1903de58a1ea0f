#include "outbox/outbox.hpp"

#include "core/spans.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <stdexcept>

namespace kidevent::outbox {

namespace {

const db::query append_event{"outbox.append", "select platform.append_event($1, $2, $3, $4, nullif($5, ''))"};
const db::query append_operator_event{
    "outbox.append_operator_event",
    "select platform.append_operator_event($1, $2, $3, $4, $5, nullif($6, ''))",
    db::connection_role::platform};

// What is documented and what is written are the same.
void check_members(const event_type& type, const boost::json::object& data) {
    std::size_t declared = 0;
    bool agree = true;
    for (std::size_t at = 0; at < type.members.size(); ++declared) {
        const auto end = std::min(type.members.find(' ', at), type.members.size());
        agree = agree && data.contains(type.members.substr(at, end - at));
        at = end + 1;
    }
    if (!agree || declared != data.size())
        throw std::logic_error(std::string{type.name} + " has other members than it declares");
}

std::string subject_of(const event_type& type, const uuid& id) {
    return std::string{type.subject} + "/" + to_string(id);
}

// "" outside of requests.
std::string current_traceparent() {
    const auto& of = request_spans::current;
    return of ? of->traceparent : std::string{};
}

} // namespace

void add_event(db::tenant_transaction& in, const new_event& happened) {
    const event_type& type = type_of(happened.kind);
    check_members(type, happened.data);
    in.leaves(db::work::events);
    in.add(append_event, make_uuid(), type.name, subject_of(type, happened.subject),
           boost::json::serialize(happened.data), current_traceparent());
}

void add_operator_event(db::platform_transaction& in, std::optional<tenant_id> about,
                        const new_event& happened) {
    const event_type& type = type_of(happened.kind);
    check_members(type, happened.data);
    in.leaves(db::work::events);
    in.add(append_operator_event, make_uuid(), about, type.name, subject_of(type, happened.subject),
           boost::json::serialize(happened.data), current_traceparent());
}

} // namespace kidevent::outbox
