#include "notifications/notification_preview.hpp"

#include "notifications/notification_repository.hpp"

namespace kidevent::notifications {

namespace {

const db::query find_preview_places{"notifications.find_preview_places", R"sql(
    with concerned as (
        select r.id, r.household_id, r.child_id, r.session_id
        from registrations r join sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id
        where r.tenant_id = (select tenancy.current_tenant())
          and case $2 when 'registration' then r.id = $1 when 'session' then r.session_id = $1
                      when 'event' then s.event_id = $1
                          when 'household' then r.household_id = $1 else false end
          and ($3::uuid[] is null or s.event_id = any($3)))
    select k.given_name, e.title, e.location, s.starts_at, e.time_zone
    from concerned c
    join sessions s on s.tenant_id = (select tenancy.current_tenant()) and s.id = c.session_id
    join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
    join children k on k.tenant_id = s.tenant_id and k.id = c.child_id
    where c.household_id = (select first.household_id from concerned first order by first.id limit 1)
    order by s.starts_at, s.id, k.given_name limit 500
)sql"};

// Without a household.
const db::query find_preview_sessions{"notifications.find_preview_sessions", R"sql(
    select '', e.title, e.location, s.starts_at, e.time_zone
    from sessions s join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
    where s.tenant_id = (select tenancy.current_tenant())
      and case $2 when 'session' then s.id = $1 when 'event' then s.event_id = $1 else false end
      and ($3::uuid[] is null or s.event_id = any($3))
    order by s.starts_at, s.id limit 500
)sql"};

} // namespace

task<result<rendered_message>> preview_message(db::database& with, tenant_handle at, const settings& by,
                                               wanted_preview wanted, event_limit only) {
    if (!exists(wanted.kind, wanted.by))
        co_return refuse(errc::invalid_fields, "/channel", "not_allowed",
                         "there are no such messages on this channel");
    if (needs_places(wanted.kind) && !wanted.subject)
        co_return refuse(errc::invalid_fields, "/subject_id", "required", "is needed for this kind");
    const auto subject = wanted.subject.value_or(uuid{});
    const std::string_view what = rule_of(wanted.kind).subject;
    db::tenant_batch batch{with, at};
    const auto profile = add_find_profile(batch);
    std::optional<std::vector<event_id>> those;
    if (only) those = *only;
    const auto places = batch.add(find_preview_places, subject, what, those);
    const auto sessions = batch.add(find_preview_sessions, subject, what, those);
    auto running = batch.run();
    co_await running;
    const auto told = read_places(places.rows().empty() ? sessions.rows() : places.rows());
    if (needs_places(wanted.kind) && told.empty()) co_return refuse(errc::not_found);
    co_return write_message(wanted.kind, wanted.by, read_profile(profile.rows(), by), wanted.as, told);
}

} // namespace kidevent::notifications
