#include "notifications/notification_repository.hpp"

#include "tenancy/tenant_resolver.hpp"

#include <stdexcept>

namespace kidevent::notifications {

namespace {

const db::query list_notifications{"notifications.list", R"sql(
    select id, account_id, kind, channel, subject_id, state, attempts, scheduled_for, sent_at, code, detail,
           provider_id, message_id, created_at
    from notifications
    where tenant_id = (select tenancy.current_tenant()) and id < $1
      and ($2::text is null or state = $2) and ($3::uuid is null or account_id = $3)
    order by id desc limit $4
)sql"};

const db::query find_notification{"notifications.find", R"sql(
    select id, account_id, kind, channel, subject_id, state, attempts, scheduled_for, sent_at, code, detail,
           provider_id, message_id, created_at
    from notifications where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query count_notifications{"notifications.count", R"sql(
    select state, channel, count(*) from notifications where tenant_id = (select tenancy.current_tenant())
    group by state, channel order by state, channel
)sql"};

const db::query find_profile{"notifications.find_profile", R"sql(
    select p.slug, p.name, p.time_zone, p.locale, p.branding,
           r.reminders, r.quiet_from, r.quiet_until, r.digest_at, r.reply_to
    from tenancy.current_profile() p
    left join lateral (select * from notification_rules n where n.tenant_id = (select tenancy.current_tenant())
                       order by n.id desc limit 1) r on true
)sql"};

const db::query insert_rules{"notification_rules.insert", R"sql(
    insert into notification_rules (id, reminders, quiet_from, quiet_until, digest_at, reply_to, created_by)
    values ($1, $2, $3, $4, $5, $6, $7)
)sql"};

const db::query insert_notification{"notifications.insert", R"sql(
    insert into notifications (id, account_id, kind, channel, subject_id, about, dedupe_key, first_due_at,
        scheduled_for)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict on constraint notifications_once do nothing
    returning id
)sql"};

const db::query find_due{"notifications.find_due", R"sql(
    select n.id, n.kind, n.subject_id, n.about, n.channel, n.state, n.scheduled_for, n.first_due_at, a.id,
           a.household_id, a.given_name,
           case n.channel when 'email' then a.email when 'sms' then k.phone else k.push_token end,
           coalesce(k.locale, a.language), a.disabled_at is not null, p.enabled, x.suppressed_at is not null,
           exists (select from notifications l
                   where l.tenant_id = n.tenant_id and l.account_id = n.account_id and l.id > n.id
                       and l.kind = n.kind
                     and l.channel = n.channel and l.subject_id = n.subject_id and l.about > n.about
                     and l.state in ('queued', 'deferred'))
    from notifications n
    join accounts a on a.tenant_id = n.tenant_id and a.id = n.account_id
    left join notification_contacts k on k.tenant_id = n.tenant_id and k.account_id = n.account_id
    left join notification_preferences p on p.tenant_id = n.tenant_id and p.account_id = n.account_id
         and p.kind = n.kind and p.channel = n.channel
    left join suppressed_addresses x on x.tenant_id = n.tenant_id and x.channel = n.channel
         and x.address = case n.channel when 'email' then a.email
             when 'sms' then k.phone else k.push_token end
    where n.tenant_id = (select tenancy.current_tenant()) and n.id = $1
)sql"};

const db::query record_attempt{"notifications.record_attempt", R"sql(
    update notifications
    set state = $2, attempts = attempts + 1, code = nullif($3::integer, 0), detail = left($4, 500),
        provider_id = coalesce(nullif(left($5, 200), ''), provider_id), message_id = $6,
        sent_at = case when $2 = 'sent' then now() end, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query end_notification{"notifications.end", R"sql(
    update notifications set state = $2, detail = left($3, 500), updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query postpone{"notifications.postpone", R"sql(
    update notifications set scheduled_for = $2, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query mark_bounced{"notifications.mark_bounced", R"sql(
    update notifications n set state = 'bounced', detail = left($2, 500), updated_at = now()
    from accounts a
    where n.tenant_id = (select tenancy.current_tenant()) and n.id = $1 and n.state in ('sent', 'bounced')
      and a.tenant_id = n.tenant_id and a.id = n.account_id and n.channel = 'email'
    returning a.email
)sql"};

const db::query requeue{"notifications.requeue", R"sql(
    update notifications set state = 'queued', scheduled_for = $2, first_due_at = $2, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
      and state in ('failed', 'suppressed', 'bounced', 'deferred')
    returning channel
)sql"};

const db::query delete_ended{"notifications.delete_ended", R"sql(
    delete from notifications where tenant_id = (select tenancy.current_tenant()) and id in (
        select n.id from notifications n
        where n.tenant_id = (select tenancy.current_tenant()) and n.created_at < $1
          and n.state not in ('queued', 'deferred')
        order by n.created_at limit $2)
)sql"};

const uuid greatest_uuid = *parse_uuid("ffffffff-ffff-ffff-ffff-ffffffffffff");

} // namespace

db::pending_rows add_list_notifications(db::tenant_batch& in, const log_filter& wanted,
                                        const std::optional<notification_id>& before, int limit) {
    return in.add(list_notifications, before.value_or(notification_id{greatest_uuid}), wanted.state,
                  wanted.account, limit);
}
db::pending_rows add_find_notification(db::tenant_batch& in, notification_id id) {
    return in.add(find_notification, id);
}

std::vector<notification> read_notifications(const db::result_set& found) {
    std::vector<notification> read;
    for (const db::row from : found)
        read.push_back({from.get<notification_id>(0), from.get<account_id>(1), from.get<std::string>(2),
                        from.get<std::string>(3), from.get<uuid>(4), from.get<std::string>(5),
                        from.get<int>(6), from.get<timestamp>(7), from.get<std::optional<timestamp>>(8),
                        from.get<std::optional<int>>(9), from.get<std::optional<std::string>>(10),
                        from.get<std::optional<std::string>>(11), from.get<std::optional<std::string>>(12),
                        from.get<timestamp>(13)});
    return read;
}

db::pending_rows add_count_notifications(db::tenant_batch& in) { return in.add(count_notifications); }

db::pending_rows add_find_profile(db::tenant_batch& in) { return in.add(find_profile); }
db::pending_rows add_find_profile(db::tenant_transaction& in) { return in.add(find_profile); }

sender_profile read_profile(const db::result_set& found, const settings& with) {
    const db::row from = found.front();
    const auto zone_name = from.get<std::string>(2);
    const auto zone = events::time_zone::find(zone_name);
    if (!zone) throw std::runtime_error("there is no time zone " + zone_name);
    const auto slug = from.get<std::string>(0);
    sender_profile read{slug,
                        from.get<std::string>(1),
                        from.get<std::string>(3),
                        from.get<std::string>(4),
                        tenancy::canonical_origin(with.http, slug),
                        *zone,
                        default_rules(with.notifications)};
    if (from.is_null(5)) return read;
    read.rules = {parse_reminders(from.get<std::string_view>(5)),
                  {std::chrono::minutes{from.get<int>(6)}, std::chrono::minutes{from.get<int>(7)}},
                  std::chrono::minutes{from.get<int>(8)},
                  from.get<std::optional<std::string>>(9)};
    return read;
}

void add_insert_rules(db::tenant_transaction& in, const notification_rules& wanted, account_id by) {
    in.add(insert_rules, make_uuid(), to_text(wanted.reminders), std::int64_t{wanted.quiet.from.count()},
           std::int64_t{wanted.quiet.until.count()}, std::int64_t{wanted.digest_at.count()}, wanted.reply_to,
           by);
}

db::pending_rows add_insert_notification(db::tenant_transaction& in, notification_id id,
                                         const planned_message& planned, timestamp first_due,
                                         timestamp scheduled_for) {
    return in.add(insert_notification, id, planned.to, rule_of(planned.what.kind).name, to_text(planned.by),
                  planned.what.id, planned.what.about, planned.dedupe_key, first_due, scheduled_for);
}

db::pending_rows add_find_due(db::tenant_batch& in, notification_id id) { return in.add(find_due, id); }

due_message read_due(const db::result_set& found) {
    const db::row from = found.front();
    const auto kind = find_kind(from.get<std::string_view>(1)).value();
    const auto by = find_channel(from.get<std::string_view>(4)).value();
    return {from.get<notification_id>(0),
            {kind, from.get<uuid>(2), from.get<timestamp>(3)},
            by,
            from.get<std::string>(5),
            from.get<timestamp>(6),
            from.get<timestamp>(7),
            from.get<account_id>(8),
            from.get<std::optional<household_id>>(9),
            from.get<std::string>(10),
            from.get<std::optional<std::string>>(11),
            from.get<std::optional<std::string>>(12),
            from.get<bool>(13),
            !is_optional(kind, by) || from.get<std::optional<bool>>(14).value_or(is_on_by_default(kind, by)),
            from.get<bool>(15),
            from.get<bool>(16)};
}

void add_record_attempt(db::tenant_transaction& in, notification_id id, std::string_view state,
                        const delivery_report& came, const std::string& message_id) {
    in.add(record_attempt, id, state, came.code, came.detail, came.provider_id, message_id);
}
void add_end(db::tenant_transaction& in, notification_id id, std::string_view state, std::string_view why) {
    in.add(end_notification, id, state, why);
}
void add_postpone(db::tenant_transaction& in, notification_id id, timestamp until) {
    in.add(postpone, id, until);
}
db::pending_rows add_mark_bounced(db::tenant_transaction& in, notification_id id, std::string_view why) {
    return in.add(mark_bounced, id, why);
}
db::pending_rows add_requeue(db::tenant_transaction& in, notification_id id, timestamp now) {
    return in.add(requeue, id, now);
}
db::pending_rows add_delete_ended(db::tenant_transaction& in, timestamp before, std::int64_t limit) {
    return in.add(delete_ended, before, limit);
}

} // namespace kidevent::notifications
