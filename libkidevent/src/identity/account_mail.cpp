#include "identity/account_mail.hpp"

#include "jobs/job_queue.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>

namespace kidevent::identity {

namespace {

constexpr std::array<std::string_view, 7> names{
    "email_verification",   "password_reset",   "email_change", "staff_invitation",
    "household_invitation", "password_changed", "email_changed"};

const db::query insert_mail{"account_mails.insert", R"sql(
    insert into account_mails (id, purpose, account_id, link_id, email) values ($1, $2, $3, $4, $5)
)sql"};

const db::query find_due{"account_mails.find_due", R"sql(
    select m.purpose, m.link_id, m.email, m.state in ('queued', 'deferred'),
           m.link_id is not null
               and (l.used_at is not null or l.revoked_at is not null or l.expires_at <= now()),
           exists (select from suppressed_addresses x
                   where x.tenant_id = m.tenant_id and x.channel = 'email' and x.address = m.email
                     and x.suppressed_at is not null),
           coalesce(a.given_name, ''), a.language, coalesce(i.given_name || ' ' || i.family_name, ''), l.expires_at
    from account_mails m
    left join account_links l on l.tenant_id = m.tenant_id and l.id = m.link_id
    left join accounts a on a.tenant_id = m.tenant_id and a.id = m.account_id
    left join accounts i on i.tenant_id = m.tenant_id and i.id = l.created_by
    where m.tenant_id = (select tenancy.current_tenant()) and m.id = $1
)sql"};

const db::query set_link{"account_mails.set_link", R"sql(
    update account_mails set account_id = $2, link_id = $3, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query delete_mail{"account_mails.delete", R"sql(
    delete from account_mails where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query record_mail{"account_mails.record", R"sql(
    update account_mails set state = $2, detail = left($3, 500), attempts = attempts + 1, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query delete_old{"account_mails.delete_old", R"sql(
    delete from account_mails where tenant_id = (select tenancy.current_tenant()) and id in (
        select m.id from account_mails m
        where m.tenant_id = (select tenancy.current_tenant())
          and m.created_at < now() - $1::bigint * interval '1 second'
        order by m.created_at limit $2)
)sql"};

} // namespace

std::string_view to_text(mail_purpose of) noexcept { return names[static_cast<std::size_t>(of)]; }

std::optional<link_purpose> link_of(mail_purpose of) noexcept { return find_link_purpose(to_text(of)); }

void add_account_mail(db::tenant_transaction& in, const settings& with, const new_account_mail& what) {
    if (with.mail.host.empty()) return;
    const account_mail_id id{make_uuid()};
    in.add(insert_mail, id, to_text(what.purpose), what.about, what.link, what.email);
    jobs::add_enqueue(in,
                      {jobs::job_kind::send_account_mail, "{\"mail_id\":\"" + to_string(id.value) + "\"}"});
}

db::pending_rows add_find_due_mail(db::tenant_batch& in, account_mail_id id) { return in.add(find_due, id); }

std::optional<due_account_mail> read_due_mail(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    const db::row from = found.front();
    const auto* const name = std::find(names.begin(), names.end(), from.get<std::string_view>(0));
    if (name == names.end()) throw std::logic_error("a message about an account has an unknown purpose");
    return due_account_mail{static_cast<mail_purpose>(name - names.begin()),
                            from.get<std::optional<link_id>>(1),
                            from.get<std::string>(2),
                            from.get<bool>(3),
                            from.get<bool>(4),
                            from.get<bool>(5),
                            from.get<std::string>(6),
                            from.get<std::optional<std::string>>(7),
                            from.get<std::string>(8),
                            from.get<std::optional<timestamp>>(9)};
}

std::optional<account_mail_id> mail_of(const std::string& payload) {
    boost::system::error_code broken;
    const auto read = boost::json::parse(payload, broken);
    if (broken || !read.is_object()) return std::nullopt;
    const auto* const id = read.as_object().if_contains("mail_id");
    if (!id || !id->is_string()) return std::nullopt;
    const auto parsed = parse_uuid(std::string_view{id->as_string()});
    if (!parsed) return std::nullopt;
    return account_mail_id{*parsed};
}

void add_set_link(db::tenant_transaction& in, account_mail_id id, account_id about, link_id link) {
    in.add(set_link, id, about, link);
}

void add_delete_mail(db::tenant_transaction& in, account_mail_id id) { in.add(delete_mail, id); }

void add_record_mail(db::tenant_transaction& in, account_mail_id id, std::string_view state,
                     std::string_view detail) {
    in.add(record_mail, id, state, detail);
}

db::pending_rows add_delete_old_mails(db::tenant_transaction& in, std::chrono::seconds kept, int at_most) {
    return in.add(delete_old, kept, at_most);
}

} // namespace kidevent::identity
