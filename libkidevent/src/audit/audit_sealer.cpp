#include "audit/audit_sealer.hpp"

#include "audit/audit_rows.hpp"
#include "db/jobs_transaction.hpp"

#include <algorithm>

namespace kidevent::audit {

namespace {

using namespace std::chrono_literals;
using db::connection_role;
using telemetry::metric_named;

const db::query seal_entries{
    "audit.seal",
    "select chain, head, head_hash, head_pruned, head_anchor, sealed from platform.seal_audit_entries($1)",
    connection_role::jobs};
const db::query prune_entries{"audit.prune",
                              "select chain, head, head_hash, head_pruned, head_anchor, removed from "
                              "platform.prune_audit_entries($1, $2)",
                              connection_role::jobs};
const db::query sign_head{"audit.sign", "select platform.sign_audit_head($1, $2, $3, $4, $5)",
                          connection_role::jobs};
const db::query unsigned_heads{"audit.list_unsigned",
                               "select chain, head, head_hash, head_pruned, head_anchor, sealed from "
                               "platform.list_unsigned_audit_heads($1)",
                               connection_role::jobs};
const db::query measure_entries{
    "audit.measure", "select unsealed, oldest_unsealed_s from platform.audit_stats()", connection_role::jobs};

// How many entries or rows a step touched: column 5 of both.
std::int64_t added_up(const db::result_set& heads) {
    std::int64_t sum = 0;
    for (const db::row each : heads)
        sum += each.get<int>(5);
    return sum;
}

} // namespace

audit_sealer::audit_sealer(boost::asio::io_context& loop, db::database& with, const audit_settings& settings,
                           telemetry::metrics& counts)
    : database_(with),
      settings_(settings),
      counts_(counts),
      sealing_(loop, "seal the audit log", settings.poll_min, settings.poll_max, [this] { return seal(); }),
      pruning_(loop, "prune the audit log", 1s, 10min, [this] { return prune(); }),
      measuring_(loop, "measure the audit log", 1s, 10s, [this] { return measure(); }) {
    if (!settings.signing_keys.empty()) key_ = head_key(settings.signing_keys.front());
}

void audit_sealer::start() {
    sealing_.start();
    pruning_.start();
    measuring_.start();
}

void audit_sealer::stop() {
    sealing_.stop();
    pruning_.stop();
    measuring_.stop();
}

task<bool> audit_sealer::seal() {
    report(seal_step::sealing);
    auto transaction = co_await db::jobs_transaction::begin(database_);
    const auto heads = transaction.add(seal_entries, settings_.batch_max);
    std::optional<db::pending_rows> without_signature;
    if (key_) without_signature = transaction.add(unsigned_heads, settings_.batch_max);
    co_await transaction.run();
    report(seal_step::sealed);
    if (without_signature) sign(transaction, without_signature->rows());
    report(seal_step::signed_heads);
    co_await transaction.commit();
    report(seal_step::committed);
    co_return added_up(heads.rows()) > 0;
}

task<bool> audit_sealer::prune() {
    auto transaction = co_await db::jobs_transaction::begin(database_);
    const auto heads = transaction.add(prune_entries, settings_.retention, settings_.batch_max);
    co_await transaction.run();
    if (key_) sign(transaction, heads.rows());
    co_await transaction.commit();
    co_return added_up(heads.rows()) > 0;
}

void audit_sealer::sign(db::jobs_transaction& in, const db::result_set& heads) const {
    for (const db::row each : heads) {
        const chain_head head = read_head(each);
        const crypto::signature made = key_->sign(signed_text(head));
        in.add(sign_head, head.of, head.sequence, head.pruned_through, db::bytes_view{made},
               db::bytes_view{key_->public_part()});
    }
}

task<bool> audit_sealer::measure() {
    auto transaction = co_await db::jobs_transaction::begin(database_);
    const auto measured = transaction.add(measure_entries);
    co_await transaction.commit();
    const db::row found = measured.rows().front();
    const auto figure = [&](int column) {
        return static_cast<std::uint64_t>(found.get<std::int64_t>(column));
    };
    counts_.set(metric_named("kidevent_audit_entries_unsealed"), figure(0));
    counts_.set(metric_named("kidevent_audit_oldest_unsealed_age_seconds"), figure(1));
    co_return false;
}

} // namespace kidevent::audit
