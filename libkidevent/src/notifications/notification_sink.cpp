#include "notifications/notification_sink.hpp"

#include "jobs/job_queue.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace kidevent::notifications {

namespace {

using outbox::event_kind;

// The data of an event are what its type declares: see outbox/event_types.
template<class Id> Id id_of(const boost::json::object& data, std::string_view member) {
    return Id{parse_uuid(std::string_view{data.at(member).as_string()}).value()};
}

// What somebody may be told of; another event is none of our business.
bool concerns_people(const outbox::published_event& happened, const boost::json::object& data) {
    const outbox::event_type* const type = outbox::find_event_type(happened.type);
    if (!type || !happened.tenant) return false;
    switch (type->kind) {
    case event_kind::registration_created:
    case event_kind::registration_cancelled: return true;
    case event_kind::account_created: return data.at("role").as_string() == "guardian";
    case event_kind::event_cancelled: return data.at("state").as_string() == "published";
    case event_kind::session_updated: {
        // Those written before it was known are left alone.
        const auto* const moved = data.if_contains("moved");
        return moved && moved->is_bool() && moved->as_bool() && data.at("state").as_string() == "published";
    }
    default: return false;
    }
}

task<> enqueue_registration(const planning& by, tenant_handle of, registration_id id) {
    auto beginning = db::tenant_transaction::begin(by.database, of);
    auto transaction = co_await beginning;
    const std::string text = to_string(id.value);
    jobs::add_enqueue(transaction, {jobs::job_kind::process_registration,
                                    "{\"registration_id\":\"" + text + "\"}", std::nullopt, text});
    auto committing = transaction.commit();
    co_await committing;
}

task<int> plan_for(const planning& by, tenant_handle of, event_kind kind,
                   const outbox::published_event& happened, const boost::json::object& data) {
    if (kind == event_kind::registration_cancelled)
        return plan_registration_cancelled(by, of, id_of<registration_id>(data, "registration_id"));
    if (kind == event_kind::event_cancelled)
        return plan_event_cancelled(by, of, id_of<event_id>(data, "event_id"));
    if (kind == event_kind::session_updated)
        return plan_session_changed(by, of, id_of<session_id>(data, "session_id"), happened.id,
                                    happened.created_at);
    return plan_account_created(by, of, id_of<account_id>(data, "account_id"));
}

} // namespace

task<> notification_sink::accept(const outbox::published_event& happened) {
    const auto exists = [this](channel by) { return planning_.ways.can(by); };
    if (std::none_of(std::begin(all_channels), std::end(all_channels), exists)) co_return;
    const auto age = planning_.time.now() - happened.created_at;
    if (age > planning_.with.notifications.give_up_after) co_return;
    const auto data = boost::json::parse(happened.data).as_object();
    if (!concerns_people(happened, data)) co_return;
    auto resolving = tenants_.resolve_slug(happened.slug);
    const auto tenant = co_await resolving;
    if (!tenant) co_return; // suspended: nobody can enter it
    const event_kind kind = outbox::find_event_type(happened.type)->kind;
    if (kind == event_kind::registration_created) {
        auto enqueueing = enqueue_registration(planning_, (*tenant)->handle,
                                               id_of<registration_id>(data, "registration_id"));
        co_await enqueueing;
        co_return;
    }
    auto planned = plan_for(planning_, (*tenant)->handle, kind, happened, data);
    co_await planned;
}

} // namespace kidevent::notifications
