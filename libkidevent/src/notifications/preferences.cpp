#include "notifications/preferences.hpp"

#include <algorithm>

namespace kidevent::notifications {

namespace {

const db::query find_contacts{"notification_contacts.find", R"sql(
    select locale, phone, push_token is not null from notification_contacts
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1
)sql"};

const db::query find_choices{"notification_preferences.list", R"sql(
    select kind, channel, enabled from notification_preferences
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1
)sql"};

const db::query change_contacts{"notification_contacts.change", R"sql(
    insert into notification_contacts as k (account_id, locale, phone, push_token)
    values ($1, $3, $5, $7)
    on conflict (tenant_id, account_id) do update
    set locale = case when $2 then excluded.locale else k.locale end,
        phone = case when $4 then excluded.phone else k.phone end,
        push_token = case when $6 then excluded.push_token else k.push_token end,
        version = k.version + 1, updated_at = now()
)sql"};

const db::query choose{"notification_preferences.choose", R"sql(
    insert into notification_preferences (account_id, kind, channel, enabled)
    select a.id, $2, $3, $4 from accounts a where a.tenant_id = (select tenancy.current_tenant())
        and a.id = $1
    on conflict (tenant_id, account_id, kind, channel) do update set enabled = excluded.enabled,
        updated_at = now()
)sql"};

std::optional<std::string> inner(const std::optional<std::optional<std::string>>& of) {
    return of ? *of : std::nullopt;
}

} // namespace

pending_preferences add_find_preferences(db::tenant_batch& in, account_id of) {
    return {in.add(find_contacts, of), in.add(find_choices, of)};
}
pending_preferences add_find_preferences(db::tenant_transaction& in, account_id of) {
    return {in.add(find_contacts, of), in.add(find_choices, of)};
}

preferences read_preferences(const pending_preferences& found) {
    preferences read;
    if (!found.contacts.rows().empty()) {
        const db::row from = found.contacts.rows().front();
        read.locale = from.get<std::optional<std::string>>(0);
        read.phone = from.get<std::optional<std::string>>(1);
        read.has_push_token = from.get<bool>(2);
    }
    for (const notification_rule& each : all_notification_rules())
        for (const channel by : all_channels)
            if (exists(each.kind, by) && is_optional(each.kind, by))
                read.choices.push_back({each.kind, by, is_on_by_default(each.kind, by)});
    for (const db::row from : found.choices.rows()) {
        const auto kind = find_kind(from.get<std::string_view>(0));
        const auto by = find_channel(from.get<std::string_view>(1));
        const auto at = std::find_if(read.choices.begin(), read.choices.end(),
                                     [&](const choice& each) { return each.kind == kind && each.by == by; });
        if (at != read.choices.end()) at->enabled = from.get<bool>(2);
    }
    return read;
}

void add_change_preferences(db::tenant_transaction& in, account_id of, const preferences_change& by) {
    if (by.locale || by.phone || by.push_token)
        in.add(change_contacts, of, by.locale.has_value(), inner(by.locale), by.phone.has_value(),
               inner(by.phone), by.push_token.has_value(), inner(by.push_token));
    for (const choice& each : by.choices)
        add_choose(in, of, each);
}

void add_choose(db::tenant_transaction& in, account_id of, const choice& chosen) {
    in.add(choose, of, rule_of(chosen.kind).name, to_text(chosen.by), chosen.enabled);
}

} // namespace kidevent::notifications
