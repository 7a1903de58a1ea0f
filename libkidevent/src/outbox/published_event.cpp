#include "outbox/published_event.hpp"

#include "core/time_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>

namespace kidevent::outbox {

namespace {

const db::query list_tenant_events{"outbox.list_of_tenant", R"sql(
    select event_position, id, type, subject, data, coalesce(traceparent, ''), created_at
    from platform.list_tenant_events($1, $2)
)sql"};

const db::query last_tenant_position{"outbox.last_position_of_tenant",
                                     "select platform.last_tenant_position()"};

// As wide as the largest position, so that it sorts as text too.
std::string sequence_text(std::int64_t position) {
    std::string digits = std::to_string(position);
    return std::string(20 - digits.size(), '0') + digits;
}

// The words of the payload, one after the other; empty at its end.
std::string_view next_word(std::string_view& rest) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

bool read_number(std::string_view word, std::int64_t& into) {
    const auto read = std::from_chars(word.data(), word.data() + word.size(), into);
    return !word.empty() && read.ec == std::errc{} && read.ptr == word.data() + word.size();
}

} // namespace

boost::json::object make_cloud_event(const published_event& of, const std::string& origin) {
    std::string time;
    append_rfc3339(time, of.created_at);
    boost::json::object made{{"specversion", "1.0"},
                             {"id", to_string(of.id)},
                             {"source", origin},
                             {"type", of.type},
                             {"subject", of.subject},
                             {"time", time},
                             {"datacontenttype", "application/json"}};
    if (of.tenant) made["tenantid"] = to_string(of.tenant->value);
    if (!of.traceparent.empty()) made["traceparent"] = of.traceparent;
    made["sequence"] = sequence_text(of.position);
    made["data"] = boost::json::parse(of.data);
    return made;
}

std::string to_cloud_event(const published_event& of, const std::string& origin) {
    return boost::json::serialize(make_cloud_event(of, origin));
}

db::pending_rows add_list_events(db::tenant_batch& in, std::int64_t after, int limit) {
    return in.add(list_tenant_events, after, limit);
}

std::vector<published_event> read_events(const db::result_set& found, tenant_id at, const std::string& slug) {
    std::vector<published_event> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row from : found)
        read.push_back({from.get<std::int64_t>(0), from.get<uuid>(1), at, slug, from.get<std::string>(2),
                        from.get<std::string>(3), from.get<std::string>(4), from.get<std::string>(5),
                        from.get<timestamp>(6)});
    return read;
}

db::pending_rows add_last_position(db::tenant_batch& in) { return in.add(last_tenant_position); }

announcement parse_announcement(std::string_view payload) {
    announcement told;
    if (!read_number(next_word(payload), told.first) || !read_number(next_word(payload), told.last)
        || payload.empty())
        return {};
    told.is_complete = true;
    while (!payload.empty()) {
        const auto word = next_word(payload);
        if (word == "-") continue;
        const auto id = parse_uuid(word);
        if (!id) return {told.first, told.last, {}, false};
        told.tenants.push_back(tenant_id{*id});
    }
    return told;
}

} // namespace kidevent::outbox
