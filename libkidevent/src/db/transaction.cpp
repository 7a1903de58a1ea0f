#include "db/transaction.hpp"

#include "db/leased_connection.hpp"

#include <algorithm>

namespace kidevent::db {

namespace {
const query app_begin{"transaction.begin", "begin"};
const query app_commit{"transaction.commit", "commit"};
const query app_rollback{"transaction.rollback", "rollback"};
const query platform_begin{"transaction.begin", "begin", connection_role::platform};
const query platform_commit{"transaction.commit", "commit", connection_role::platform};
const query platform_rollback{"transaction.rollback", "rollback", connection_role::platform};
const query jobs_begin{"transaction.begin", "begin", connection_role::jobs};
const query jobs_commit{"transaction.commit", "commit", connection_role::jobs};
const query jobs_rollback{"transaction.rollback", "rollback", connection_role::jobs};
} // namespace

// The roles prepare the same texts under the same names, so any role's query object serves.
transaction::transaction(database& counted, std::unique_ptr<leased_connection> held, tenant_id of)
    : counted_(&counted), of_(of), held_(std::move(held)), pending_(fresh_batch()) {
    pending_->statements.push_back({&app_begin, params{}, {}});
}

transaction::transaction(transaction&&) noexcept = default;
transaction::~transaction() = default;

void transaction::note_change(tenant_id at, std::string_view topic) {
    change noted{at, std::string{topic}};
    if (std::find(changes_.begin(), changes_.end(), noted) == changes_.end())
        changes_.push_back(std::move(noted));
}

std::shared_ptr<batch> transaction::fresh_batch() const {
    auto made = std::make_shared<batch>();
    made->of = of_;
    return made;
}

task<> transaction::send() {
    const auto sent = std::exchange(pending_, fresh_batch());
    (**held_).submit(sent);
    counted_->count_round_trip();
    batch_completion answered{sent};
    co_await answered;
}

task<> transaction::run() {
    if (pending_->statements.empty()) co_return;
    co_await send();
}

task<> transaction::commit() {
    const announcement at_the_end{*counted_, std::exchange(changes_, {})};
    pending_->statements.push_back({&app_commit, params{}, {}});
    co_await send();
    held_.reset();
    if (!left_.is_empty() && counted_->on_work_left) counted_->on_work_left(left_);
}

task<> transaction::rollback() {
    const announcement at_the_end{*counted_, std::exchange(changes_, {})};
    pending_ = fresh_batch();
    pending_->statements.push_back({&app_rollback, params{}, {}});
    co_await send();
    held_.reset();
}

} // namespace kidevent::db
