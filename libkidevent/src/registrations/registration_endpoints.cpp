#include "registrations/registration_endpoints.hpp"

#include "audit/audit_log.hpp"
#include "events/event_json.hpp"
#include "events/event_service.hpp"
#include "events/session_places.hpp"
#include "http/answer.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "http/problem.hpp"
#include "registrations/registration_service.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::registrations {

namespace {

void write_registration(http::json_writer& out, const registration& of) {
    out.begin_object()
        .member("id", of.id)
        .member("session_id", of.session)
        .member("event_id", of.event)
        .member("child_id", of.child)
        .member("state", of.cancelled_at ? "cancelled" : "registered");
    events::write_price(out, of.price_minor, of.currency);
    out.member("registered_at", of.registered_at).member("cancelled_at", of.cancelled_at);
    if (!of.event_title.empty())
        out.member("event_title", of.event_title).member("session_starts_at", of.session_starts_at);
    out.member("version", of.version).end_object();
}

void write_roster_line(http::json_writer& out, const roster_line& of) {
    out.begin_object()
        .member("registration_id", of.registration)
        .member("child_id", of.child)
        .member("given_name", of.given_name)
        .member("family_name", of.family_name)
        .member("birth_date", of.birth_date)
        .member("guardian_name", of.guardian_name)
        .member("guardian_email", of.guardian_email)
        .member("registered_at", of.registered_at)
        .end_object();
}

response created_response(const std::vector<registration>& made) {
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const registration& each : made)
        write_registration(out, each);
    out.end_array().end_object();
    return http::json_response(201, std::move(text));
}

response registration_response(const registration& of) {
    return http::versioned_response(200, of.version, write_registration, of);
}

} // namespace

task<result<response>> handle_create_registrations(http::request_context& context) {
    if (context.acting.must_verify()) co_return refuse(errc::email_not_verified);
    std::vector<place> wished;
    for (const auto& each : context.body.at("places").as_array())
        wished.push_back(
            {child_id{*http::find_uuid(each, "child_id")}, session_id{*http::find_uuid(each, "session_id")}});
    auto registering = register_children(context, std::move(wished), created_response);
    auto answer = co_await registering;
    if (!answer)
        context.parts.counts.add(telemetry::metric_named("kidevent_registrations_refused_total"),
                                 http::problem_of(answer.error().code).code);
    co_return answer;
}

task<result<response>> handle_list_registrations(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const household_id household = *context.acting.household();
    const auto page = http::id_page<registration_id>::read(context, context.tenant->handle.id(),
                                                           to_string(household.value));
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_of_household(batch, household, page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    co_return page->answer(read_registrations(found.rows()), write_registration,
                           [](const registration& of) { return of.id; });
}

task<result<response>> handle_get_registration(http::request_context& context) {
    const auto id = context.path_id<registration_id>(0);
    if (!id) co_return id.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_find(batch, context.acting, *id);
    auto running = batch.run();
    co_await running;
    if (found.rows().empty()) co_return refuse(errc::not_found);
    const registration read = read_registrations(found.rows()).front();
    // Unlike a published event, it is nothing that everybody may know of.
    if (!context.acting.may_reach(read.event)) co_return refuse(errc::not_found);
    co_return registration_response(read);
}

task<result<response>> handle_put_cancellation(http::request_context& context) {
    const auto id = context.path_id<registration_id>(0);
    if (!id) co_return id.error();
    const auto cancelled = co_await cancel_registration(context, *id);
    if (!cancelled) co_return cancelled.error();
    co_return registration_response(*cancelled);
}

task<result<response>> handle_get_roster(http::request_context& context) {
    const auto id = context.path_id<session_id>(0);
    if (!id) co_return id.error();
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto page =
        http::id_page<registration_id>::read(context, context.tenant->handle.id(), to_string(id->value));
    if (!page) co_return page.error();
    // In a transaction: who reads names of children stands in the audit log, or does not get them.
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    const auto session = events::add_list_places(transaction, {*id});
    const auto found = add_list_roster(transaction, *id, page->after(), page->rows_wanted());
    auto reading = transaction.run();
    co_await reading;
    result<> reached = refuse(errc::not_found);
    if (!session.rows().empty()) {
        const auto of = events::read_places(session.rows()).front();
        reached = events::check_reach(context.acting, of.event, of.is_public);
    }
    if (!reached) {
        auto leaving = transaction.rollback();
        co_await leaving;
        co_return reached.error();
    }
    audit::add_entry(transaction, context.acting, audit::action::roster_read,
                     audit::subject_of("sessions", id->value), {{"entries", found.rows().size()}});
    auto committing = transaction.commit();
    co_await committing;
    co_return page->answer(read_roster(found.rows()), write_roster_line,
                           [](const roster_line& of) { return of.registration; });
}

} // namespace kidevent::registrations
