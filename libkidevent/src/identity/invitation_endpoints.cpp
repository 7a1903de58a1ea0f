#include "http/answer.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "identity/account_endpoints.hpp"
#include "identity/event_ids.hpp"
#include "identity/invitation_service.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

void write_invitation(http::json_writer& out, const account_link& of) {
    out.begin_object().member("id", of.id).member("email", of.email);
    if (of.staff_role) {
        out.member("role", to_text(*of.staff_role));
        out.key("events");
        if (of.events) {
            out.begin_array();
            for (const event_id each : *of.events)
                out.value(each);
            out.end_array();
        } else {
            out.value(nullptr);
        }
    }
    out.member("created_by", of.created_by)
        .member("created_at", of.created_at)
        .member("expires_at", of.expires_at)
        .end_object();
}

result<response> made_response(const result<account_link>& made) {
    if (!made) return made.error();
    std::string text;
    http::json_writer out{text};
    write_invitation(out, *made);
    return http::json_response(201, std::move(text));
}

task<result<response>> list(http::request_context& context, link_purpose what,
                            std::optional<household_id> household) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const std::string filter = household ? to_string(household->value) : std::string{};
    const auto page = http::id_page<link_id>::read(context, context.tenant->handle.id(), filter);
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_invitations(batch, what, household, page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    co_return page->answer(read_links(found.rows()), write_invitation,
                           [](const account_link& of) { return of.id; });
}

task<result<response>> revoke(http::request_context& context, link_purpose what) {
    const auto id = context.path_id<link_id>(0);
    if (!id) co_return id.error();
    auto revoking = revoke_invitation(context, what, *id);
    const auto revoked = co_await revoking;
    if (!revoked) co_return revoked.error();
    co_return http::empty_response(204);
}

} // namespace

task<result<response>> handle_list_staff_invitations(http::request_context& context) {
    return list(context, link_purpose::staff_invitation, std::nullopt);
}

task<result<response>> handle_create_staff_invitation(http::request_context& context) {
    staff_invitation wanted{http::text_or(context.body, "email"),
                            parse_account_role(http::text_or(context.body, "role")).value(),
                            read_event_ids(context.body).value_or(std::nullopt)};
    auto inviting = invite_staff(context, std::move(wanted));
    const auto made = co_await inviting;
    co_return made_response(made);
}

task<result<response>> handle_delete_staff_invitation(http::request_context& context) {
    return revoke(context, link_purpose::staff_invitation);
}

task<result<response>> handle_list_household_invitations(http::request_context& context) {
    return list(context, link_purpose::household_invitation, context.acting.household());
}

task<result<response>> handle_create_household_invitation(http::request_context& context) {
    auto inviting = invite_guardian(context, http::text_or(context.body, "email"));
    const auto made = co_await inviting;
    co_return made_response(made);
}

task<result<response>> handle_delete_household_invitation(http::request_context& context) {
    return revoke(context, link_purpose::household_invitation);
}

} // namespace kidevent::identity
