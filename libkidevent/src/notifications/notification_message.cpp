#include "notifications/notification_message.hpp"

#include "notifications/sender_values.hpp"
#include "notifications/session_time_text.hpp"

#include <algorithm>

namespace kidevent::notifications {

namespace {

namespace json = boost::json;

// Of one household; each condition that is null is none.
const db::query find_places{"notifications.find_places", R"sql(
    select c.given_name, e.title, e.location, s.starts_at, e.time_zone
    from registrations r
    join sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id
    join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
    join children c on c.tenant_id = r.tenant_id and c.id = r.child_id
    where r.tenant_id = (select tenancy.current_tenant()) and r.household_id = $1
      and ($2::timestamptz is null or r.registered_at = $2)
      and case when $3::timestamptz is null then r.cancelled_at is null else r.cancelled_at = $3 end
      and ($4::timestamptz is null or e.cancelled_at = $4)
      and ($4::timestamptz is not null or $3::timestamptz is not null or e.cancelled_at is null)
      and ($5::uuid is null or e.id = $5) and ($6::uuid is null or s.id = $6)
      and ($7::timestamptz is null or s.starts_at >= $7) and ($8::timestamptz is null or s.starts_at < $8)
    order by s.starts_at, s.id, c.given_name, r.id limit 500
)sql"};

struct conditions {
    std::optional<timestamp> registered_at;
    std::optional<timestamp> cancelled_at; // of the registration; none: it is not cancelled
    std::optional<timestamp> event_cancelled_at;
    std::optional<event_id> event;
    std::optional<session_id> session;
    std::optional<timestamp> starts_from;
    std::optional<timestamp> starts_before;
};

timestamp day_after(timestamp day, const events::time_zone& on) {
    const auto local = on.to_local(std::chrono::floor<std::chrono::seconds>(day));
    return on.to_utc(std::chrono::floor<std::chrono::days>(local) + std::chrono::days{1});
}

conditions conditions_of(const message_subject& of, timestamp now, const events::time_zone& on) {
    conditions made;
    switch (of.kind) {
    case notification_kind::registration_confirmed: made.registered_at = of.about; break;
    case notification_kind::registration_cancelled: made.cancelled_at = of.about; break;
    case notification_kind::event_cancelled:
        made.event = event_id{of.id};
        made.event_cancelled_at = of.about;
        made.starts_from = of.about;
        break;
    case notification_kind::session_changed: made.session = session_id{of.id}; break;
    case notification_kind::session_reminder:
        made.session = session_id{of.id};
        // Neither one that has moved nor one that has begun.
        made.starts_from = std::max(of.about, now);
        made.starts_before = of.about + std::chrono::microseconds{1};
        break;
    case notification_kind::daily_digest:
        made.starts_from = std::max(of.about, now);
        made.starts_before = day_after(of.about, on);
        break;
    case notification_kind::account_created: break;
    }
    return made;
}

// A place's own zone, or the organisation's when this machine does not know it.
std::string starts_text(const told_place& of, const sender_profile& from, std::string_view locale) {
    return session_time_text(of.starts_at, events::time_zone::find(of.time_zone).value_or(from.zone), locale);
}

json::array children_of(const std::vector<told_place>& places) {
    std::vector<std::string> names;
    for (const told_place& each : places)
        if (!each.child.empty() && std::find(names.begin(), names.end(), each.child) == names.end())
            names.push_back(each.child);
    json::array listed;
    for (const std::string& each : names)
        listed.push_back(json::object{{"name", each}});
    return listed;
}

std::string titles_of(const std::vector<told_place>& places) {
    std::vector<std::string> seen;
    std::string titles;
    for (const told_place& each : places) {
        if (std::find(seen.begin(), seen.end(), each.event_title) != seen.end()) continue;
        titles += (titles.empty() ? "" : ", ") + each.event_title;
        seen.push_back(each.event_title);
    }
    return titles;
}

} // namespace

db::pending_rows add_find_places(db::tenant_batch& in, const message_subject& of,
                                 const std::optional<household_id>& household, timestamp now,
                                 const events::time_zone& on) {
    const conditions wanted = conditions_of(of, now, on);
    return in.add(find_places, household, wanted.registered_at, wanted.cancelled_at,
                  wanted.event_cancelled_at, wanted.event, wanted.session, wanted.starts_from,
                  wanted.starts_before);
}

std::vector<told_place> read_places(const db::result_set& found) {
    std::vector<told_place> read;
    for (const db::row from : found)
        read.push_back({from.get<std::string>(0), from.get<std::string>(1), from.get<std::string>(2),
                        from.get<timestamp>(3), from.get<std::string>(4)});
    return read;
}

bool needs_places(notification_kind kind) noexcept { return kind != notification_kind::account_created; }

rendered_message write_message(notification_kind kind, channel by, const sender_profile& from,
                               const reader& to, const std::vector<told_place>& places) {
    const std::string_view locale = best_locale(to.locale.value_or(from.locale));
    json::object values = sender_values(from, locale);
    values["guardian_name"] = to.given_name;
    values["unsubscribe_url"] = to.unsubscribe_url;
    const bool is_one_session =
        !places.empty() && std::all_of(places.begin(), places.end(), [&places](const told_place& each) {
            return each.starts_at == places.front().starts_at
                   && each.event_title == places.front().event_title;
        });
    values["event_title"] = titles_of(places);
    if (!places.empty() && (is_one_session || by != channel::email)
        && kind != notification_kind::daily_digest) {
        values["session_starts"] = starts_text(places.front(), from, locale);
        values["location"] = places.front().location;
        values["children"] = children_of(places);
    } else {
        json::array listed;
        for (const told_place& each : places)
            listed.push_back(json::object{{"session_starts", starts_text(each, from, locale)},
                                          {"event_title", each.event_title},
                                          {"location", each.location},
                                          {"child", each.child}});
        values["registrations"] = std::move(listed);
    }
    const notification_rule& rule = rule_of(kind);
    return render(by == channel::email ? rule.name : rule.short_template, locale, values);
}

} // namespace kidevent::notifications
