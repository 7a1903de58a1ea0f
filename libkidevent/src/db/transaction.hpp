#pragma once
// A transaction on a leased connection. Statements are added and travel together with the next run(),
// rollback() or commit(); BEGIN goes with the first. Destroying it without commit() closes the connection,
// which rolls back. Not used as such: see tenant_transaction and platform_transaction.

#include "core/task.hpp"
#include "db/batch.hpp"
#include "db/database.hpp"

namespace kidevent::db {

class transaction {
public:
    transaction(transaction&&) noexcept;
    ~transaction();

    template<class... Values> pending_rows add(const query& what, const Values&... values) {
        pending_->statements.push_back({&what, params{values...}, {}});
        return pending_rows{pending_, pending_->statements.size() - 1};
    }

    // Sends what was added and waits for its answers: one round trip. Throws db_error, after which only
    // rollback() and destruction make sense.
    task<> run();
    // Sends what was added together with COMMIT: one round trip.
    task<> commit();
    // Ends the transaction so that its connection can be used again. For refusals; a failure need not call
    // it.
    task<> rollback();

protected:
    // `of`: whose work it is; nil: the installation's own.
    transaction(database& counted, std::unique_ptr<class leased_connection> held, tenant_id of = {});
    tenant_id of() const noexcept { return of_; }
    // Told to database::on_changed when the transaction has ended.
    void note_change(tenant_id at, std::string_view topic);
    // Told to database::on_work_left when the transaction has committed.
    void note_work(work_set left) noexcept { left_ |= left; }

private:
    struct change {
        tenant_id at;
        std::string topic;
        bool operator==(const change&) const = default;
    };
    // Tells of the changes when it goes, however the transaction ended: whether a commit that failed took
    // place is not always known, and whoever answers after a rollback has seen what another one committed.
    class announcement {
    public:
        announcement(database& to, std::vector<change> told) : to_(to), told_(std::move(told)) {}
        announcement(const announcement&) = delete;
        announcement& operator=(const announcement&) = delete;
        ~announcement() {
            if (!to_.on_changed) return;
            for (const change& each : told_)
                to_.on_changed(each.at, each.topic);
        }

    private:
        database& to_;
        std::vector<change> told_;
    };
    task<> send();
    std::shared_ptr<batch> fresh_batch() const;

    std::vector<change> changes_;
    work_set left_;
    database* counted_;
    tenant_id of_;
    std::unique_ptr<class leased_connection> held_;
    std::shared_ptr<batch> pending_;
};

} // namespace kidevent::db
