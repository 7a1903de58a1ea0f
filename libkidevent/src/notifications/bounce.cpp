#include "notifications/bounce.hpp"

#include <algorithm>

namespace kidevent::notifications {

namespace {

const db::query count_bounce{"suppressed_addresses.count_bounce", R"sql(
    insert into suppressed_addresses as x (id, channel, address, reason, detail, bounces, suppressed_at)
    values ($1, $2, $3, 'bounce', left($4, 500), 1, case when $5 <= 1 then now() end)
    on conflict on constraint suppressed_addresses_once do update
    set bounces = x.bounces + 1, detail = excluded.detail, updated_at = now(),
        suppressed_at = coalesce(x.suppressed_at, case when x.bounces + 1 >= $5 then now() end)
)sql"};

const db::query suppress{"suppressed_addresses.suppress", R"sql(
    insert into suppressed_addresses as x (id, channel, address, reason, detail, suppressed_at)
    values ($1, $2, $3, $4, left($5, 500), now())
    on conflict on constraint suppressed_addresses_once do update
    set reason = excluded.reason, detail = excluded.detail, suppressed_at = coalesce(x.suppressed_at,
        now()), updated_at = now()
)sql"};

const db::query unsuppress{"suppressed_addresses.delete", R"sql(
    delete from suppressed_addresses where tenant_id = (select tenancy.current_tenant())
        and id = $1 returning id
)sql"};

const db::query unsuppress_address{"suppressed_addresses.delete_address", R"sql(
    delete from suppressed_addresses
    where tenant_id = (select tenancy.current_tenant()) and channel = $1 and address = $2 returning id
)sql"};

const db::query list_suppressed{"suppressed_addresses.list", R"sql(
    select id, channel, address, reason, detail, bounces, suppressed_at, created_at
    from suppressed_addresses where tenant_id = (select tenancy.current_tenant()) and id < $1
    order by id desc limit $2
)sql"};

const uuid greatest_uuid = *parse_uuid("ffffffff-ffff-ffff-ffff-ffffffffffff");

// The class of a status "5.CLASS.DETAIL" in the text; 0 when there is none.
int class_of(std::string_view text) noexcept {
    const auto is_digit = [text](std::size_t at) {
        return at < text.size() && text[at] >= '0' && text[at] <= '9';
    };
    for (auto at = text.find("5."); at != std::string_view::npos; at = text.find("5.", at + 1)) {
        const bool begins = at == 0 || (!is_digit(at - 1) && text[at - 1] != '.');
        if (begins && is_digit(at + 2) && at + 3 < text.size() && text[at + 3] == '.' && is_digit(at + 4))
            return text[at + 2] - '0';
    }
    return 0;
}

} // namespace

fault fault_of(std::string_view text) noexcept {
    switch (class_of(text)) {
    case 1: return fault::mailbox_unknown;
    case 3: // the system
    case 5: // the protocol
    case 6: // the content
    case 7: // policy
        return fault::not_the_mailbox;
    default: return fault::mailbox;
    }
}

std::int64_t bounces_until_suppressed(fault of, const notification_settings& with) noexcept {
    switch (of) {
    case fault::mailbox_unknown: return with.bounces_unknown_max;
    case fault::mailbox: return with.bounces_max;
    case fault::not_the_mailbox: break;
    }
    return 0;
}

std::string_view to_text(suppression_reason of) noexcept {
    switch (of) {
    case suppression_reason::bounce: return "bounce";
    case suppression_reason::complaint: return "complaint";
    case suppression_reason::manual: return "manual";
    }
    return "";
}

void add_bounce(db::tenant_transaction& in, channel by, std::string_view address, std::string_view detail,
                std::int64_t bounces_max) {
    in.add(count_bounce, make_uuid(), to_text(by), address, detail, bounces_max);
}

void add_suppress(db::tenant_transaction& in, channel by, std::string_view address, suppression_reason why,
                  std::string_view detail) {
    in.add(suppress, make_uuid(), to_text(by), address, to_text(why), detail);
}

db::pending_rows add_unsuppress(db::tenant_transaction& in, suppression_id id) {
    return in.add(unsuppress, id);
}
db::pending_rows add_unsuppress(db::tenant_transaction& in, channel by, std::string_view address) {
    return in.add(unsuppress_address, to_text(by), address);
}

db::pending_rows add_list_suppressed(db::tenant_batch& in, const std::optional<suppression_id>& before,
                                     int limit) {
    return in.add(list_suppressed, before.value_or(suppression_id{greatest_uuid}), limit);
}

std::vector<suppressed_address> read_suppressed(const db::result_set& found) {
    std::vector<suppressed_address> read;
    for (const db::row from : found)
        read.push_back({from.get<suppression_id>(0), from.get<std::string>(1), from.get<std::string>(2),
                        from.get<std::string>(3), from.get<std::string>(4), from.get<int>(5),
                        from.get<std::optional<timestamp>>(6), from.get<timestamp>(7)});
    return read;
}

} // namespace kidevent::notifications
