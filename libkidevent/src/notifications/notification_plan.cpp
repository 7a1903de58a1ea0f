#include "notifications/notification_plan.hpp"

#include "core/time_text.hpp"
#include "db/tenant_transaction.hpp"
#include "jobs/job_queue.hpp"
#include "notifications/notification_queue.hpp"
#include "notifications/notification_repository.hpp"

namespace kidevent::notifications {

namespace {

// Each answers with accounts, what they are told of and when it was: account, subject, about.
const db::query accounts_of_registration{"notifications.accounts_of_registration", R"sql(
    select a.id, r.id, case when $2 then r.cancelled_at else r.registered_at end
    from registrations r
    join accounts a on a.tenant_id = r.tenant_id and a.household_id = r.household_id and a.disabled_at is null
    where r.tenant_id = (select tenancy.current_tenant()) and r.id = $1
        and (not $2 or r.cancelled_at is not null)
)sql"};

// Who has a place in a session that was still to come; not those who do not want to hear of it on this
// channel.
const db::query accounts_of_cancelled_event{"notifications.accounts_of_cancelled_event", R"sql(
    select distinct a.id, e.id, e.cancelled_at
    from events e
    join sessions s on s.tenant_id = e.tenant_id and s.event_id = e.id and s.starts_at > e.cancelled_at
    join registrations r on r.tenant_id = s.tenant_id and r.session_id = s.id and r.cancelled_at is null
    join accounts a on a.tenant_id = r.tenant_id and a.household_id = r.household_id and a.disabled_at is null
    left join notification_contacts k on k.tenant_id = a.tenant_id and k.account_id = a.id
    left join notification_preferences p on p.tenant_id = a.tenant_id and p.account_id = a.id
         and p.kind = 'event_cancelled' and p.channel = $2
    where e.tenant_id = (select tenancy.current_tenant()) and e.id = $1
      and ($2 = 'email' or p.enabled is not false
           and case $2 when 'sms' then k.phone else k.push_token end is not null)
)sql"};

const db::query accounts_of_session{"notifications.accounts_of_session", R"sql(
    select distinct a.id, s.id, $2::timestamptz
    from sessions s
    join events e on e.tenant_id = s.tenant_id and e.id = s.event_id and e.cancelled_at is null
    join registrations r on r.tenant_id = s.tenant_id and r.session_id = s.id and r.cancelled_at is null
         and r.registered_at <= $2
    join accounts a on a.tenant_id = r.tenant_id and a.household_id = r.household_id and a.disabled_at is null
    where s.tenant_id = (select tenancy.current_tenant()) and s.id = $1 and s.ends_at > $3
)sql"};

const db::query find_account{"notifications.find_account", R"sql(
    select a.id, a.id, a.created_at from accounts a
    where a.tenant_id = (select tenancy.current_tenant()) and a.id = $1 and a.disabled_at is null
)sql"};

// What has been reminded of already is left out here, so that a batch makes way for the next one. The fourth
// column is the dedupe key.
const db::query accounts_to_remind{"notifications.accounts_to_remind", R"sql(
    select due.account_id, due.session_id, due.starts_at, due.dedupe_key from (
        select distinct a.id as account_id, s.id as session_id, s.starts_at,
               'session_reminder ' || $2 || ' ' || a.id || ' ' || s.id || ' '
                   || extract(epoch from s.starts_at)::bigint || ' ' || $1 as dedupe_key
        from sessions s
        join events e on e.tenant_id = s.tenant_id and e.id = s.event_id and e.cancelled_at is null
        join registrations r on r.tenant_id = s.tenant_id and r.session_id = s.id and r.cancelled_at is null
             and r.registered_at <= s.starts_at - $1::integer * interval '1 minute'
        join accounts a on a.tenant_id = r.tenant_id and a.household_id = r.household_id
            and a.disabled_at is null
        left join notification_contacts k on k.tenant_id = a.tenant_id and k.account_id = a.id
        left join notification_preferences p on p.tenant_id = a.tenant_id and p.account_id = a.id
             and p.kind = 'session_reminder' and p.channel = $2
        where s.tenant_id = (select tenancy.current_tenant())
          and s.starts_at > $3 and s.starts_at <= $3::timestamptz + $1::integer * interval '1 minute'
          and p.enabled is not false
          and ($2 = 'email' or case $2 when 'sms' then k.phone else k.push_token end is not null)) as due
    where not exists (select from notifications n
                      where n.tenant_id = (select tenancy.current_tenant()) and n.dedupe_key = due.dedupe_key)
    order by due.starts_at, due.session_id, due.account_id limit $4
)sql"};

const db::query accounts_with_digest{"notifications.accounts_with_digest", R"sql(
    select a.id, a.household_id, $1::timestamptz
    from notification_preferences p
    join accounts a on a.tenant_id = p.tenant_id and a.id = p.account_id and a.disabled_at is null
    where p.tenant_id = (select tenancy.current_tenant()) and p.kind = 'daily_digest'
        and p.channel = 'email' and p.enabled
      and exists (select from registrations r
                  join sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id
                  join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
                  where r.tenant_id = p.tenant_id and r.household_id = a.household_id
                      and r.cancelled_at is null
                    and e.cancelled_at is null and s.starts_at >= $1 and s.starts_at < $2)
      and not exists (select from notifications n
                      where n.tenant_id = p.tenant_id and n.dedupe_key = 'daily_digest email ' || a.id
                          || ' ' || $3)
    order by a.id limit $4
)sql"};

std::string key_of(notification_kind kind, channel by, account_id to, const std::string& what) {
    return std::string{rule_of(kind).name} + " " + std::string{to_text(by)} + " " + to_string(to.value) + " "
           + what;
}

std::string text_of(timestamp when) {
    std::string text;
    append_rfc3339(text, when);
    return text;
}

// The dedupe key names `what`, or the time that the row is about.
std::vector<planned_message> read_planned(const db::result_set& found, notification_kind kind, channel by,
                                          const std::string& what = "") {
    std::vector<planned_message> planned;
    for (const db::row from : found) {
        const auto to = from.get<account_id>(0);
        const auto about = from.get<timestamp>(2);
        planned.push_back({to,
                           by,
                           {kind, from.get<uuid>(1), about},
                           key_of(kind, by, to, what.empty() ? text_of(about) : what)});
    }
    return planned;
}

// One question of one kind, and what follows from its answer. `ask` adds the question to the transaction.
template<class Ask>
task<int> plan(const planning& with, tenant_handle of, notification_kind kind, std::string what, Ask ask) {
    auto beginning = db::tenant_transaction::begin(with.database, of);
    auto transaction = co_await beginning;
    const auto profile = add_find_profile(transaction);
    std::vector<std::pair<channel, db::pending_rows>> asked;
    for (const channel by : all_channels)
        if (exists(kind, by) && with.ways.can(by)) asked.emplace_back(by, ask(transaction, by));
    auto running = transaction.run();
    co_await running;
    std::vector<planned_message> planned;
    for (const auto& [by, found] : asked)
        for (planned_message& each : read_planned(found.rows(), kind, by, what))
            planned.push_back(std::move(each));
    const auto sender = read_profile(profile.rows(), with.with);
    auto queueing = queue_messages(transaction, planned, sender, with.time.now());
    const int made = co_await queueing;
    auto committing = transaction.commit();
    co_await committing;
    co_return made;
}

task<int> plan_registration(const planning& by, tenant_handle of, registration_id id,
                            notification_kind kind) {
    const bool cancelled = kind == notification_kind::registration_cancelled;
    auto planned = plan(by, of, kind, "", [id, cancelled](db::tenant_transaction& in, channel) {
        return in.add(accounts_of_registration, id, cancelled);
    });
    const int made = co_await planned;
    co_return made;
}

task<sender_profile> load_profile(const planning& by, tenant_handle of) {
    db::tenant_batch batch{by.database, of};
    const auto found = add_find_profile(batch);
    auto running = batch.run();
    co_await running;
    co_return read_profile(found.rows(), by.with);
}

task<int> plan_reminders_of(const planning& with, tenant_handle of, const sender_profile& sender,
                            reminder_rule rule) {
    auto beginning = db::tenant_transaction::begin(with.database, of);
    auto transaction = co_await beginning;
    const auto now = with.time.now();
    const auto found = transaction.add(accounts_to_remind, std::int64_t{rule.before.count()},
                                       to_text(rule.by), now, with.with.notifications.batch_max);
    auto running = transaction.run();
    co_await running;
    auto planned = read_planned(found.rows(), notification_kind::session_reminder, rule.by);
    for (std::size_t i = 0; i < planned.size(); ++i)
        planned[i].dedupe_key = found.rows()[static_cast<int>(i)].get<std::string>(3);
    auto queueing = queue_messages(transaction, planned, sender, now);
    const int made = co_await queueing;
    auto committing = transaction.commit();
    co_await committing;
    co_return made;
}

} // namespace

task<int> plan_registration_confirmed(const planning& by, tenant_handle of, registration_id id) {
    return plan_registration(by, of, id, notification_kind::registration_confirmed);
}

task<int> plan_registration_cancelled(const planning& by, tenant_handle of, registration_id id) {
    return plan_registration(by, of, id, notification_kind::registration_cancelled);
}

task<int> plan_event_cancelled(const planning& by, tenant_handle of, event_id id) {
    return plan(by, of, notification_kind::event_cancelled, to_string(id.value),
                [id](db::tenant_transaction& in, channel on) {
                    return in.add(accounts_of_cancelled_event, id, to_text(on));
                });
}

task<int> plan_session_changed(const planning& by, tenant_handle of, session_id id, uuid change,
                               timestamp at) {
    return plan(by, of, notification_kind::session_changed, to_string(change),
                [id, at, now = by.time.now()](db::tenant_transaction& in, channel) {
                    return in.add(accounts_of_session, id, at, now);
                });
}

task<int> plan_account_created(const planning& by, tenant_handle of, account_id id) {
    return plan(by, of, notification_kind::account_created, to_string(id.value),
                [id](db::tenant_transaction& in, channel) { return in.add(find_account, id); });
}

task<int> plan_due_reminders(const planning& by, tenant_handle of) {
    auto loading = load_profile(by, of);
    const auto sender = co_await loading;
    int made = 0;
    for (const reminder_rule& each : sender.rules.reminders) {
        if (!by.ways.can(each.by)) continue;
        auto planned = plan_reminders_of(by, of, sender, each);
        made += co_await planned;
    }
    co_return made;
}

std::optional<day> day_of_digest(std::chrono::minutes digest_at, const events::time_zone& on, timestamp at) {
    const auto local = on.to_local(std::chrono::floor<std::chrono::seconds>(at));
    const auto today = std::chrono::floor<std::chrono::days>(local);
    if (local - today < digest_at) return std::nullopt;
    return day{on.to_utc(today + std::chrono::days{1}), on.to_utc(today + std::chrono::days{2})};
}

task<int> plan_digests(const planning& by, tenant_handle of) {
    if (!by.ways.can(channel::email)) co_return 0;
    auto loading = load_profile(by, of);
    const auto sender = co_await loading;
    const auto now = by.time.now();
    const auto next = day_of_digest(sender.rules.digest_at, sender.zone, now);
    if (!next) co_return 0;
    const auto day_text = text_of(next->begins);
    auto beginning = db::tenant_transaction::begin(by.database, of);
    auto transaction = co_await beginning;
    const auto found = transaction.add(accounts_with_digest, next->begins, next->ends, day_text,
                                       by.with.notifications.batch_max);
    auto running = transaction.run();
    co_await running;
    const auto planned =
        read_planned(found.rows(), notification_kind::daily_digest, channel::email, day_text);
    auto queueing = queue_messages(transaction, planned, sender, now);
    const int made = co_await queueing;
    auto committing = transaction.commit();
    co_await committing;
    co_return made;
}

} // namespace kidevent::notifications
