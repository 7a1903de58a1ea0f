#include "audit/audit_reader.hpp"

#include "audit/audit_rows.hpp"

#include <algorithm>

namespace kidevent::audit {

namespace {

using db::connection_role;

constexpr int read_at_once = 1000;
constexpr int attempts_max = 3;

const db::query list_entries{"audit.list", R"sql(
    select coalesce(entry_sequence, 0), id, happened_at, actor, role, action, subject, request_id, address, details,
           coalesce(hash, decode(repeat('00', 32), 'hex'))
    from platform.list_audit_entries(coalesce($1, 'infinity'::timestamptz),
                                     coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid),
                                     $3, $4, $5, $6, $7, $8)
)sql"};

const db::query all_chains{"audit.list_chains", R"sql(
    select tenant_id, head, hash, pruned_through, anchor, signature, signed_by, slug, unsealed, oldest_unsealed_s
    from platform.list_audit_chains()
)sql",
                           connection_role::platform};

const db::query chain_page{"audit.read_chain", R"sql(
    select entry_sequence, id, happened_at, actor, role, action, subject, request_id, address, details, hash
    from platform.read_audit_chain($1, $2, $3)
)sql",
                           connection_role::platform};

const db::query range_of{"audit.find_range",
                         "select first_one, last_one from platform.audit_range($1, $2, $3)",
                         connection_role::platform};

sealed_entry read_entry(const db::row& from) {
    return {from.get<std::int64_t>(0),
            from.get<uuid>(1),
            from.get<timestamp>(2),
            from.get<std::string>(3),
            from.get<std::string>(4),
            from.get<std::string>(5),
            from.get<std::string>(6),
            from.get<std::string>(7),
            from.get<std::string>(8),
            from.get<std::string>(9),
            bytes_in<crypto::digest>(from, 10)};
}

// As far as the head goes.
task<bool> take_all(db::database& with, chain_check& into, chain_head head) {
    for (std::int64_t after = head.pruned_through; after < head.sequence;) {
        auto reading = read_chain(with, head.of, after, read_at_once);
        const auto page = co_await reading;
        for (const sealed_entry& each : page) {
            after = each.sequence;
            if (after > head.sequence) break;
            if (!into.take(each)) co_return false;
        }
        if (std::ssize(page) < read_at_once) break;
    }
    co_return true;
}

task<chain_head> find_head(db::database& with, tenant_id of) {
    auto listing = list_chains(with);
    const auto all = co_await listing;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const listed_chain& each) { return each.head.of == of; });
    co_return found == all.end() ? chain_head{.of = of} : found->head;
}

// Entries beyond the head: sealed since it was read, or put there by somebody.
task<> check_beyond(db::database& with, chain_check& into, const chain_head& head) {
    auto reading = read_chain(with, head.of, head.sequence, 1);
    const auto beyond = co_await reading;
    if (beyond.empty()) co_return;
    auto finding = find_head(with, head.of);
    const chain_head now = co_await finding;
    if (now.sequence < beyond.front().sequence) into.say_added(beyond.front().sequence);
}

// What broke the chain may stand somewhere else in it.
task<> look_elsewhere(db::database& with, chain_check& into, tenant_id of) {
    for (std::int64_t after = 0;;) {
        auto reading = read_chain(with, of, after, read_at_once);
        const auto page = co_await reading;
        for (const sealed_entry& each : page) {
            if (into.look_for_moved(each)) co_return;
            after = each.sequence;
        }
        if (std::ssize(page) < read_at_once) co_return;
    }
}

} // namespace

db::pending_rows add_list_entries(db::tenant_transaction& in, const entry_filter& wanted,
                                  std::optional<std::pair<timestamp, uuid>> before, int at_most) {
    std::optional<timestamp> before_time;
    std::optional<uuid> before_id;
    if (before) {
        before_time = before->first;
        before_id = before->second;
    }
    return in.add(list_entries, before_time, before_id, wanted.actor, wanted.action, wanted.subject,
                  wanted.from, wanted.until, at_most);
}

std::vector<listed_entry> read_entries(const db::result_set& found) {
    std::vector<listed_entry> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row from : found) {
        sealed_entry entry = read_entry(from);
        const bool is_sealed = entry.sequence > 0;
        read.push_back({std::move(entry), is_sealed});
    }
    return read;
}

task<std::vector<listed_chain>> list_chains(db::database& with) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto found = transaction.add(all_chains);
    co_await transaction.commit();
    std::vector<listed_chain> read;
    for (const db::row from : found.rows()) {
        listed_chain each{read_head(from), from.get<std::string>(7), from.get<std::int64_t>(8),
                          from.get<std::int64_t>(9)};
        if (!from.is_null(5)) each.head.signature = bytes_in<crypto::signature>(from, 5);
        if (!from.is_null(6)) each.head.signed_by = bytes_in<crypto::public_key>(from, 6);
        read.push_back(std::move(each));
    }
    co_return read;
}

task<std::vector<sealed_entry>> read_chain(db::database& with, tenant_id of, std::int64_t after,
                                           int at_most) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto found = transaction.add(chain_page, of, after, at_most);
    co_await transaction.commit();
    std::vector<sealed_entry> read;
    read.reserve(static_cast<std::size_t>(found.rows().size()));
    for (const db::row from : found.rows())
        read.push_back(read_entry(from));
    co_return read;
}

task<chain_verdict> verify_chain(db::database& with, chain_head head,
                                 std::span<const crypto::signing_key> keys) {
    for (int attempt = 1;; ++attempt) {
        chain_check check{head};
        auto taking = take_all(with, check, head);
        const bool is_whole = co_await taking;
        if (is_whole) check.end(keys);
        if (!check.found()) {
            auto checking = check_beyond(with, check, head);
            co_await checking;
        }
        if (!check.found()) co_return chain_verdict{check.checked(), std::nullopt};
        // The retention may have removed entries while they were read.
        auto finding = find_head(with, head.of);
        const chain_head now = co_await finding;
        if (now.pruned_through == head.pruned_through || attempt == attempts_max) {
            auto looking = look_elsewhere(with, check, head.of);
            co_await looking;
            co_return chain_verdict{check.checked(), check.found()};
        }
        head = now;
    }
}

task<exported_range> find_range(db::database& with, const chain_head& of, std::optional<timestamp> from,
                                std::optional<timestamp> until) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto found = transaction.add(range_of, of.of, from, until);
    co_await transaction.commit();
    exported_range range;
    const db::row row = found.rows().front();
    range.first = row.get<std::optional<std::int64_t>>(0).value_or(0);
    range.last = row.get<std::optional<std::int64_t>>(1).value_or(0);
    range.previous_hash = of.anchor;
    if (range.first > of.pruned_through + 1) {
        auto reading = read_chain(with, of.of, range.first - 2, 1);
        const auto before = co_await reading;
        if (!before.empty()) range.previous_hash = before.front().hash;
    }
    co_return range;
}

} // namespace kidevent::audit
