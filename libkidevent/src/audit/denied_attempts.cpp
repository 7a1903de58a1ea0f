#include "audit/denied_attempts.hpp"

#include "audit/audit_log.hpp"
#include "audit/coarse_address.hpp"
#include "core/spans.hpp"
#include "db/tenant_transaction.hpp"
#include "telemetry/log.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iterator>

namespace kidevent::audit {

namespace {

using telemetry::metric_named;

const db::query append_noted{"audit.append_noted",
                             "select platform.append_denied_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
const db::query count_denied{"audit.count_denied", "select platform.count_denied_attempts($1)"};

} // namespace

void denied_attempts::note(const tenant_handle& at, const actor& by, action what, std::string subject,
                           boost::json::object details) {
    if (waiting_.size() >= waiting_max || !takes_one_more(at.id())) return leave_out(at);
    const auto& of = request_spans::current;
    waiting_.push_back({at, actor_text(by), to_text(by.acts_as()), what, std::move(subject),
                        std::string{of ? of->request_id : std::string_view{}},
                        of ? coarse_address(of->client_address()) : std::string{},
                        boost::json::serialize(details)});
    begin_writing();
}

// PostgreSQL counts for all workers; this spares it the questions of a flood.
bool denied_attempts::takes_one_more(tenant_id of) {
    const auto now = std::chrono::steady_clock::now();
    if (now - minute_ >= std::chrono::minutes{1}) {
        minute_ = now;
        kept_.clear();
    }
    const auto known =
        std::find_if(kept_.begin(), kept_.end(), [&](const kept& each) { return each.of == of; });
    if (known != kept_.end()) return ++known->count <= denied_per_minute_max();
    kept_.push_back({of, 1});
    return true;
}

void denied_attempts::leave_out(const tenant_handle& at) {
    counts_.add(metric_named("kidevent_audit_attempts_left_out_total"));
    const auto known = std::find_if(left_out_.begin(), left_out_.end(),
                                    [&](const left_out& each) { return each.at.id() == at.id(); });
    if (known != left_out_.end())
        ++known->count;
    else if (left_out_.size() < waiting_max)
        left_out_.push_back({at, 1});
}

void denied_attempts::flush() {
    if (!left_out_.empty()) begin_writing();
}

void denied_attempts::begin_writing() {
    if (writing_) return;
    writing_ = true;
    auto of_request = std::exchange(request_spans::current, nullptr); // which does not wait for this
    detach(write_all());
    request_spans::current = std::move(of_request);
}

task<> denied_attempts::write_all() {
    for (const left_out& each : std::exchange(left_out_, {})) {
        auto writing = write(each.at, {}, each.count);
        co_await writing;
    }
    while (!waiting_.empty()) {
        const tenant_handle at = waiting_.front().at;
        const auto others = std::stable_partition(
            waiting_.begin(), waiting_.end(), [&](const attempt& each) { return each.at.id() == at.id(); });
        std::vector<attempt> these(std::make_move_iterator(waiting_.begin()),
                                   std::make_move_iterator(others));
        waiting_.erase(waiting_.begin(), others);
        auto writing = write(at, std::move(these), 0);
        co_await writing;
    }
    writing_ = false;
}

task<> denied_attempts::write(tenant_handle at, std::vector<attempt> these, std::int64_t count_only) {
    try {
        auto transaction = co_await db::tenant_transaction::begin(database_, at);
        std::vector<db::pending_rows> answers;
        for (const attempt& each : these)
            answers.push_back(transaction.add(append_noted, make_uuid(), each.by, each.acts_as,
                                              row_of(each.what).name, each.subject, each.request_id,
                                              each.network, each.details, denied_per_minute_max()));
        if (count_only > 0) transaction.add(count_denied, count_only);
        co_await transaction.commit();
        for (const db::pending_rows& each : answers)
            if (!each.rows().front().get<bool>(0))
                counts_.add(metric_named("kidevent_audit_attempts_left_out_total"));
    } catch (const std::exception& failed) {
        const auto lost = std::ssize(these) + count_only;
        counts_.add(metric_named("kidevent_audit_attempts_lost_total"), "", static_cast<std::uint64_t>(lost));
        log::warn("refused attempts could not be written to the audit log",
                  {{"kidevent.attempts", lost}, {"exception.message", std::string_view{failed.what()}}});
    }
}

} // namespace kidevent::audit
