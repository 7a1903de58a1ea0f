#include "registrations/registration_service.hpp"

#include "allocation/places.hpp"
#include "audit/audit_log.hpp"
#include "db/db_error.hpp"
#include "events/event.hpp"
#include "families/child_service.hpp"
#include "outbox/outbox.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::registrations {

namespace {

using allocation::locked_session;
using families::child;

// What the first round trip found out.
struct situation {
    std::vector<child> children;
    std::vector<locked_session> sessions;
    std::vector<place> taken;

    const child* find(child_id id) const {
        const auto found =
            std::find_if(children.begin(), children.end(), [id](const child& each) { return each.id == id; });
        return found == children.end() ? nullptr : &*found;
    }
    const locked_session* find(session_id id) const {
        const auto found = std::find_if(sessions.begin(), sessions.end(),
                                        [id](const locked_session& each) { return each.id == id; });
        return found == sessions.end() ? nullptr : &*found;
    }
};

// Collects refusals: the gravest decides the status, all of them are told.
class objections {
public:
    void add(errc code, std::string pointer, std::string field_code, std::string detail) {
        if (why_.fields.empty() || code < why_.code) why_.code = code;
        why_.fields.push_back({std::move(pointer), std::move(field_code), std::move(detail)});
    }
    bool empty() const noexcept { return why_.fields.empty(); }
    const refusal& why() const noexcept { return why_; }

private:
    refusal why_{errc::invalid_fields, {}, 0};
};

void check_place(const place& wished, const std::string& at, const situation& now, objections& against) {
    const child* const who = now.find(wished.child);
    const locked_session* const where = now.find(wished.session);
    if (!who)
        against.add(errc::invalid_fields, at + "/child_id", "not_found", "is no child of this household");
    if (!where) return against.add(errc::invalid_fields, at + "/session_id", "not_found", "is no session");
    if (!where->is_open)
        against.add(errc::event_not_open, at + "/session_id", "event_not_open", "cannot be booked");
    if (where->has_started)
        against.add(errc::session_started, at + "/session_id", "session_started", "has started already");
    if (!who) return;
    const int age = families::age_on(where->day, who->birth_date);
    if (age < where->age_min || age > where->age_max)
        against.add(errc::child_wrong_age, at + "/child_id", "child_wrong_age",
                    "is " + std::to_string(age) + " on that day; the session is for "
                        + std::to_string(where->age_min) + " to " + std::to_string(where->age_max));
    if (std::find(now.taken.begin(), now.taken.end(), wished) != now.taken.end())
        against.add(errc::already_registered, at, "already_registered",
                    "the child has a place in this session");
}

// Places per session; objects to sessions that have too few left.
std::map<session_id, int> count_places(const std::vector<place>& wished, const situation& now,
                                       objections& against) {
    std::map<session_id, int> counts;
    for (const place& each : wished)
        ++counts[each.session];
    for (std::size_t i = 0; i < wished.size(); ++i) {
        const locked_session* const where = now.find(wished[i].session);
        if (!where || where->seats_taken + counts[where->id] <= where->capacity) continue;
        against.add(errc::session_full, "/places/" + std::to_string(i) + "/session_id", "session_full",
                    std::to_string(std::max(0, where->capacity - where->seats_taken)) + " places are left");
    }
    return counts;
}

result<> check_wishes(const std::vector<place>& wished, std::int64_t places_max) {
    objections against;
    if (std::ssize(wished) > places_max)
        against.add(errc::invalid_fields, "/places", "too_many",
                    "at most " + std::to_string(places_max) + " at once");
    for (std::size_t i = 0; i < wished.size(); ++i)
        if (std::find(wished.begin(), wished.begin() + static_cast<std::ptrdiff_t>(i), wished[i])
            != wished.begin() + static_cast<std::ptrdiff_t>(i))
            against.add(errc::invalid_fields, "/places/" + std::to_string(i), "duplicate", "is wished twice");
    if (against.empty()) return {};
    return against.why();
}

std::vector<registration> made_registrations(const std::vector<place>& wished, const situation& now,
                                             household_id household) {
    std::vector<registration> made;
    for (const place& each : wished) {
        const locked_session& where = *now.find(each.session);
        made.push_back({registration_id{make_uuid()},
                        where.id,
                        where.event,
                        each.child,
                        household,
                        where.price_minor,
                        where.currency,
                        1,
                        where.now,
                        std::nullopt,
                        "",
                        {}});
    }
    return made;
}

outbox::new_event told(outbox::event_kind what, const registration& of) {
    return {what,
            of.id.value,
            {{"registration_id", to_string(of.id.value)},
             {"session_id", to_string(of.session.value)},
             {"event_id", to_string(of.event.value)},
             {"child_id", to_string(of.child.value)},
             {"household_id", to_string(of.household.value)}}};
}

void note(db::tenant_transaction& in, const actor& by, audit::action what, const registration& of) {
    audit::add_entry(in, by, what, audit::subject_of("registrations", of.id.value),
                     {{"session_id", to_string(of.session.value)}, {"child_id", to_string(of.child.value)}});
}

// The constraints that stand behind our own checks.
std::optional<refusal> refusal_of(const db::db_error& failed) {
    if (failed.constraint() == "registrations_once")
        return refuse(errc::already_registered, "/places", "already_registered",
                      "a child has a place in this session");
    if (failed.constraint() == "sessions_not_oversold")
        return refuse(errc::session_full, "/places", "session_full", "no places are left");
    return std::nullopt;
}

void count_made(telemetry::metrics& counts, const situation& before, const std::map<session_id, int>& taken) {
    for (const auto& [session, places] : taken) {
        const locked_session& where = *before.find(session);
        counts.add(telemetry::metric_named("kidevent_registrations_made_total"), "",
                   static_cast<std::uint64_t>(places));
        if (where.seats_taken + places == where.capacity)
            counts.add(telemetry::metric_named("kidevent_sessions_sold_out_total"));
    }
}

} // namespace

task<result<response>> register_children(const http::request_context& context, std::vector<place> wished,
                                         response (*write_answer)(const std::vector<registration>&)) {
    const auto checked = check_wishes(wished, context.parts.with.registration.places_per_request_max);
    if (!checked) co_return checked.error();
    const auto repeatable = http::read_idempotent_request(context);
    if (!repeatable) co_return repeatable.error();
    const household_id household = *context.acting.household();
    std::vector<child_id> children;
    std::vector<session_id> sessions;
    for (const place& each : wished) {
        children.push_back(each.child);
        sessions.push_back(each.session);
    }

    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    std::optional<http::pending_answer> recalling;
    if (*repeatable) recalling = http::add_recall(transaction, context, **repeatable);
    const auto shared = families::share_children(transaction, household, children);
    const auto locked = allocation::add_lock_sessions(transaction, sessions);
    // After the lock: what was taken while we waited for it is seen.
    const auto taken = add_find_taken(transaction, wished);
    co_await transaction.run();

    if (recalling) {
        auto remembered = http::recall(*recalling, **repeatable);
        if (!remembered || *remembered) {
            // Whoever did the work may not have told of it yet, and this answer says that it is done.
            if (remembered) transaction.changes(events::calendar_topic);
            co_await transaction.rollback();
            if (!remembered) co_return remembered.error();
            co_return std::move(**remembered);
        }
    }
    const situation now{families::shared_children(shared.rows()),
                        allocation::read_locked_sessions(locked.rows()), read_places(taken.rows())};
    objections against;
    for (std::size_t i = 0; i < wished.size(); ++i)
        check_place(wished[i], "/places/" + std::to_string(i), now, against);
    const auto counts = count_places(wished, now, against);
    if (!against.empty()) {
        co_await transaction.rollback();
        co_return against.why();
    }

    const auto made = made_registrations(wished, now, household);
    response answer = write_answer(made);
    add_insert_registrations(transaction, made, context.acting.account());
    if (*repeatable) http::add_remember(transaction, context, **repeatable, answer);
    allocation::add_take_places(transaction, counts);
    for (const registration& each : made) {
        outbox::add_event(transaction, told(outbox::event_kind::registration_created, each));
        note(transaction, context.acting, audit::action::registration_created, each);
    }
    try {
        co_await transaction.commit();
    } catch (const db::db_error& failed) {
        const auto refused = refusal_of(failed);
        if (!refused) throw;
        co_return *refused;
    }
    count_made(context.parts.counts, now, counts);
    co_return std::move(answer);
}

task<result<registration>> cancel_registration(const http::request_context& context, registration_id id) {
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto found = add_find(transaction, context.acting, id);
    co_await transaction.run();
    const auto known = read_registrations(found.rows());
    if (known.empty() || !context.acting.may_reach(known.front().event)) {
        co_await transaction.rollback();
        co_return refuse(errc::not_found);
    }
    // The session before the registration, as registering does: the other order would deadlock with it.
    const auto locked = allocation::add_lock_sessions(transaction, {known.front().session});
    const auto again = add_find(transaction, context.acting, id);
    co_await transaction.run();
    registration cancelled = read_registrations(again.rows()).front();
    const bool too_late =
        !context.acting.is_staff() && allocation::read_locked_sessions(locked.rows()).front().has_started;
    if (too_late || cancelled.cancelled_at) {
        // As with an answer that is repeated: it says that the place is free.
        if (cancelled.cancelled_at) transaction.changes(events::calendar_topic);
        co_await transaction.rollback();
        if (cancelled.cancelled_at) co_return cancelled;
        co_return refuse(errc::session_started);
    }
    add_cancel(transaction, id, context.acting.account());
    allocation::add_free_place(transaction, cancelled.session);
    outbox::add_event(transaction, told(outbox::event_kind::registration_cancelled, cancelled));
    note(transaction, context.acting, audit::action::registration_cancelled, cancelled);
    const auto written = add_find(transaction, context.acting, id);
    co_await transaction.commit();
    context.parts.counts.add(telemetry::metric_named("kidevent_registrations_cancelled_total"));
    co_return read_registrations(written.rows()).front();
}

} // namespace kidevent::registrations
