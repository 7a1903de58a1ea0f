#include "families/child_endpoints.hpp"

#include "audit/audit_log.hpp"
#include "families/child_repository.hpp"
#include "http/answer.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "outbox/outbox.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::families {

namespace {

void write_child(http::json_writer& out, const child& of) {
    out.begin_object()
        .member("id", of.id)
        .member("given_name", of.given_name)
        .member("family_name", of.family_name)
        .member("birth_date", of.birth_date)
        .member("created_at", of.created_at)
        .member("version", of.version)
        .end_object();
}

response child_response(int status, const child& of) {
    return http::versioned_response(status, of.version, write_child, of);
}

child_change read_change(const boost::json::value& body) {
    return {http::find_text(body, "given_name"), http::find_text(body, "family_name"),
            http::find_date(body, "birth_date")};
}

outbox::new_event told(outbox::event_kind what, child_id id, household_id of) {
    return {what, id.value, {{"child_id", to_string(id.value)}, {"household_id", to_string(of.value)}}};
}

void note(db::tenant_transaction& in, const actor& by, audit::action what, child_id id) {
    audit::add_entry(in, by, what, audit::subject_of("children", id.value),
                     {{"household_id", to_string(by.household()->value)}});
}

result<> check_birth_date(const child_change& change) {
    if (!change.birth_date) return {};
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    // A day of grace: it is tomorrow already in some time zones.
    if (*change.birth_date > today + std::chrono::days{1})
        return refuse(errc::invalid_fields, "/birth_date", "too_large", "must not lie in the future");
    if (age_on(today, *change.birth_date) > 25)
        return refuse(errc::invalid_fields, "/birth_date", "too_small", "must not be more than 25 years ago");
    return {};
}

} // namespace

task<result<response>> handle_list_children(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const household_id household = *context.acting.household();
    const auto page =
        http::id_page<child_id>::read(context, context.tenant->handle.id(), to_string(household.value));
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_children(batch, household, page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    co_return page->answer(read_children(found.rows()), write_child, [](const child& of) { return of.id; });
}

task<result<response>> handle_create_child(http::request_context& context) {
    const child_change values = read_change(context.body);
    const auto checked = check_birth_date(values);
    if (!checked) co_return checked.error();
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const child_id id{make_uuid()};
    const household_id household = *context.acting.household();
    const auto written = add_insert_child(transaction, id, household, values, context.acting.account());
    outbox::add_event(transaction, told(outbox::event_kind::child_created, id, household));
    note(transaction, context.acting, audit::action::child_created, id);
    co_await transaction.commit();
    const child made = read_children(written.rows()).front();
    response answer = child_response(201, made);
    answer.headers.push_back({"Location", "/api/v1/children/" + to_string(made.id.value)});
    co_return answer;
}

task<result<response>> handle_get_child(http::request_context& context) {
    const auto id = context.path_id<child_id>(0);
    if (!id) co_return id.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_find_child(batch, *context.acting.household(), *id);
    auto running = batch.run();
    co_await running;
    if (found.rows().empty()) co_return refuse(errc::not_found);
    co_return child_response(200, read_children(found.rows()).front());
}

task<result<response>> handle_update_child(http::request_context& context) {
    const auto id = context.path_id<child_id>(0);
    if (!id) co_return id.error();
    const auto seen_version = http::required_version(context.incoming);
    if (!seen_version) co_return seen_version.error();
    const child_change values = read_change(context.body);
    const auto checked = check_birth_date(values);
    if (!checked) co_return checked.error();

    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto locked = add_lock_child(transaction, *context.acting.household(), *id);
    co_await transaction.run();
    if (locked.rows().empty() || read_children(locked.rows()).front().version != *seen_version) {
        const bool exists = !locked.rows().empty();
        co_await transaction.rollback();
        co_return refuse(exists ? errc::version_stale : errc::not_found);
    }
    const auto written = add_update_child(transaction, *id, values);
    outbox::add_event(transaction, told(outbox::event_kind::child_updated, *id, *context.acting.household()));
    note(transaction, context.acting, audit::action::child_updated, *id);
    co_await transaction.commit();
    co_return child_response(200, read_children(written.rows()).front());
}

task<result<response>> handle_delete_child(http::request_context& context) {
    const auto id = context.path_id<child_id>(0);
    if (!id) co_return id.error();
    const auto seen_version = http::required_version(context.incoming);
    if (!seen_version) co_return seen_version.error();

    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto locked = add_lock_child(transaction, *context.acting.household(), *id);
    const auto registered = add_find_coming_registration(transaction, *id);
    co_await transaction.run();
    std::optional<errc> refused;
    if (locked.rows().empty())
        refused = errc::not_found;
    else if (read_children(locked.rows()).front().version != *seen_version)
        refused = errc::version_stale;
    else if (!registered.rows().empty())
        refused = errc::has_registrations;
    if (refused) {
        co_await transaction.rollback();
        co_return refuse(*refused);
    }
    add_remove_child(transaction, *id, context.acting.account());
    outbox::add_event(transaction, told(outbox::event_kind::child_removed, *id, *context.acting.household()));
    note(transaction, context.acting, audit::action::child_removed, *id);
    co_await transaction.commit();
    co_return http::empty_response(204);
}

} // namespace kidevent::families
