#pragma once
// Whether the account `a` of a query is of the staff of an organisation that demands a second factor, and has
// none yet.

#include <string_view>

namespace kidevent::identity {

inline constexpr std::string_view must_enrol = R"sql(
           a.role <> 'guardian'
             and coalesce((select r.second_factor_for_staff from security_rules r
                           where r.tenant_id = a.tenant_id order by r.created_at desc, r.id desc limit 1), false)
             and not exists (select from second_factors f
                             where f.tenant_id = a.tenant_id and f.account_id = a.id
                               and f.confirmed_at is not null))sql";

} // namespace kidevent::identity
