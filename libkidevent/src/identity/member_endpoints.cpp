#include "http/answer.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "identity/account_endpoints.hpp"
#include "identity/account_json.hpp"
#include "identity/event_ids.hpp"
#include "identity/member_service.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

task<result<response>> answer_disabled(http::request_context& context, bool disabled) {
    const auto id = context.path_id<account_id>(0);
    if (!id) co_return id.error();
    auto setting = set_disabled(context, *id, disabled);
    const auto set = co_await setting;
    if (!set) co_return set.error();
    co_return http::json_response(200, account_text(*set));
}

} // namespace

task<result<response>> handle_list_accounts(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor", "role"});
    if (!known) co_return known.error();
    const auto wanted = context.query.find_one_of("role", {"guardian", "staff", "manager", "owner"});
    if (!wanted) co_return wanted.error();
    std::optional<std::string> role_name;
    if (*wanted) role_name = std::string{**wanted};
    const auto page =
        http::id_page<account_id>::read(context, context.tenant->handle.id(), role_name.value_or(""));
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_accounts(batch, role_name, page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    co_return page->answer(read_accounts(found.rows()), write_account,
                           [](const account& of) { return of.id; });
}

task<result<response>> handle_get_account_by_id(http::request_context& context) {
    const auto id = context.path_id<account_id>(0);
    if (!id) co_return id.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_find_account(batch, *id);
    auto running = batch.run();
    co_await running;
    const auto read = read_account(found.rows());
    if (!read) co_return refuse(errc::not_found);
    co_return http::json_response(200, account_text(*read));
}

task<result<response>> handle_update_rights(http::request_context& context) {
    const auto id = context.path_id<account_id>(0);
    if (!id) co_return id.error();
    rights_change wanted{std::nullopt, read_event_ids(context.body)};
    if (const auto acts_as = http::find_text(context.body, "role"))
        wanted.acts_as = parse_account_role(*acts_as);
    auto changing = change_rights(context, *id, std::move(wanted));
    const auto changed = co_await changing;
    if (!changed) co_return changed.error();
    co_return http::json_response(200, account_text(*changed));
}

task<result<response>> handle_put_deactivation(http::request_context& context) {
    return answer_disabled(context, true);
}
task<result<response>> handle_delete_deactivation(http::request_context& context) {
    return answer_disabled(context, false);
}

} // namespace kidevent::identity
