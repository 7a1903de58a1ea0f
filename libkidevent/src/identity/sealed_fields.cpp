#include "identity/sealed_fields.hpp"

#include "db/platform_transaction.hpp"
#include "db/tenant_transaction.hpp"

#include <vector>

namespace kidevent::identity {

namespace {

const db::query list_factors{"sealed_fields.list_factors", R"sql(
    select account_id, sealed_secret from second_factors where tenant_id = (select tenancy.current_tenant())
)sql"};
const db::query put_factor{"sealed_fields.put_factor", R"sql(
    update second_factors set sealed_secret = $3
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and sealed_secret = $2
)sql"};

const db::query list_providers{"sealed_fields.list_providers", R"sql(
    select id, client_secret from identity_providers
    where tenant_id = (select tenancy.current_tenant()) and client_secret is not null
)sql"};
const db::query put_provider{"sealed_fields.put_provider", R"sql(
    update identity_providers set client_secret = $3
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and client_secret = $2
)sql"};

const db::query list_admins{"sealed_fields.list_admins",
                            "select admin_id, sealed_secret from platform.second_factors",
                            db::connection_role::platform};
const db::query put_admin{"sealed_fields.put_admin", R"sql(
    update platform.second_factors set sealed_secret = $3 where admin_id = $1 and sealed_secret = $2
)sql",
                          db::connection_role::platform};

// One column that holds sealed texts.
struct sealed_column {
    const db::query& list;
    const db::query& put;
    std::string_view table;
    std::string_view column;
};

// Adds the statements that write what was sealed anew.
resealed add_reseals(db::transaction& in, const sealed_column& of, const db::result_set& found,
                     const crypto::envelope& sealing, std::string_view tenant) {
    resealed counted;
    for (const db::row each : found) {
        const auto sealed = each.get<std::string>(1);
        if (sealing.is_current(sealed)) {
            ++counted.current;
            continue;
        }
        const uuid id = each.get<uuid>(0);
        const std::string id_text = to_string(id);
        const crypto::field_context place{tenant, of.table, of.column, id_text};
        const auto plain = sealing.open(place, sealed);
        if (!plain) {
            ++counted.unopened;
            continue;
        }
        in.add(of.put, id, sealed, sealing.seal(place, *plain));
        ++counted.done;
    }
    return counted;
}

const sealed_column columns_of_tenants[] = {
    {list_factors, put_factor, "second_factors", "sealed_secret"},
    {list_providers, put_provider, "identity_providers", "client_secret"},
};
const sealed_column column_of_platform{list_admins, put_admin, "second_factors", "sealed_secret"};

} // namespace

resealed& resealed::operator+=(const resealed& more) noexcept {
    done += more.done;
    current += more.current;
    unopened += more.unopened;
    return *this;
}

task<resealed> reseal_tenant(db::database& with, const crypto::envelope& sealing, tenancy::tenant_ptr at) {
    if (!sealing.has_key()) throw crypto::no_encryption_key();
    const std::string tenant = to_string(at->handle.id().value);
    resealed counted;
    auto transaction = co_await db::tenant_transaction::begin(with, at->handle);
    for (const sealed_column& each : columns_of_tenants) {
        const auto found = transaction.add(each.list);
        co_await transaction.run();
        counted += add_reseals(transaction, each, found.rows(), sealing, tenant);
    }
    co_await transaction.commit();
    co_return counted;
}

task<resealed> reseal_platform(db::database& with, const crypto::envelope& sealing) {
    if (!sealing.has_key()) throw crypto::no_encryption_key();
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto found = transaction.add(column_of_platform.list);
    co_await transaction.run();
    const resealed counted = add_reseals(transaction, column_of_platform, found.rows(), sealing, "platform");
    co_await transaction.commit();
    co_return counted;
}

} // namespace kidevent::identity
