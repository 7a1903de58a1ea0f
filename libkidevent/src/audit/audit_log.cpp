#include "audit/audit_log.hpp"

#include "audit/coarse_address.hpp"
#include "core/spans.hpp"

#include <boost/json/serialize.hpp>

#include <atomic>
#include <stdexcept>

namespace kidevent::audit {

namespace {

const db::query append_entry{"audit.append",
                             "select platform.append_audit_entry($1, $2, $3, $4, $5, $6, $7, $8)"};
const db::query append_denied{"audit.append_denied",
                              "select platform.append_denied_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
const db::query append_operator_entry{"audit.append_operator_entry",
                                      "select platform.append_operator_audit_entry(nullif($1, "
                                      "'00000000-0000-0000-0000-000000000000'::uuid), $2, $3, $4, "
                                      "$5, $6, $7, $8, $9)",
                                      db::connection_role::platform};
const db::query append_operator_denied{"audit.append_operator_denied",
                                       "select platform.append_operator_denied_attempt(nullif($1, "
                                       "'00000000-0000-0000-0000-000000000000'::uuid), $2, $3, "
                                       "$4, $5, $6, $7, $8, $9, $10)",
                                       db::connection_role::platform};

std::atomic<std::int64_t> kept_per_minute{60};

void check_subject(const action_row& row, std::string_view subject) {
    const bool fits = subject.empty()
                      || (!row.subject.empty() && subject.starts_with(row.subject)
                          && subject.substr(row.subject.size()).starts_with('/'));
    if (!fits) throw std::logic_error(std::string{row.name} + " is not about " + std::string{subject});
}

struct request_origin {
    std::string_view request_id;
    std::string network;
};

request_origin current_origin() {
    const auto& of = request_spans::current;
    if (!of) return {};
    return {of->request_id, coarse_address(of->client_address())};
}

} // namespace

void set_denied_per_minute_max(std::int64_t most) noexcept { kept_per_minute = most; }
std::int64_t denied_per_minute_max() noexcept { return kept_per_minute; }

void add_entry(db::tenant_transaction& in, const actor& by, action what, std::string_view subject,
               boost::json::object details) {
    const action_row& row = row_of(what);
    check_subject(row, subject);
    const request_origin from = current_origin();
    const std::string told = boost::json::serialize(details);
    if (row.is == entry_class::denied)
        in.add(append_denied, make_uuid(), actor_text(by), to_text(by.acts_as()), row.name, subject,
               from.request_id, from.network, told, denied_per_minute_max());
    else
        in.add(append_entry, make_uuid(), actor_text(by), to_text(by.acts_as()), row.name, subject,
               from.request_id, from.network, told);
}

void add_operator_entry(db::platform_transaction& in, const actor& by, tenant_id about, action what,
                        std::string_view subject, boost::json::object details) {
    const action_row& row = row_of(what);
    check_subject(row, subject);
    const request_origin from = current_origin();
    const std::string told = boost::json::serialize(details);
    if (row.is == entry_class::denied)
        in.add(append_operator_denied, about, make_uuid(), actor_text(by), to_text(by.acts_as()), row.name,
               subject, from.request_id, from.network, told, denied_per_minute_max());
    else
        in.add(append_operator_entry, about, make_uuid(), actor_text(by), to_text(by.acts_as()), row.name,
               subject, from.request_id, from.network, told);
}

std::string subject_of(std::string_view kind, const uuid& id) {
    std::string made{kind};
    made += '/';
    append_to(made, id);
    return made;
}

std::string actor_text(const actor& by) {
    if (by.is_api_key()) return subject_of("api_key", by.api_key());
    switch (by.acts_as()) {
    case role::anonymous: return "anonymous";
    case role::guardian:
    case role::staff:
    case role::manager:
    case role::owner: return subject_of("account", by.account().value);
    case role::support: return subject_of("support", by.account().value);
    case role::platform_admin: return subject_of("admin", by.account().value);
    case role::system: return "system";
    }
    return "anonymous";
}

} // namespace kidevent::audit
