#include "audit/audit_export.hpp"

#include "http/json_writer.hpp"

#include <algorithm>
#include <ostream>

namespace kidevent::audit {

namespace {

constexpr int read_at_once = 1000;

std::string head_line(const listed_chain& of, const exported_range& range) {
    const chain_head& head = of.head;
    std::optional<std::string> signature;
    std::optional<std::string> signed_by;
    if (head.signature) signature = crypto::to_text(*head.signature);
    if (head.signed_by) signed_by = crypto::to_text(*head.signed_by);
    std::string line;
    http::json_writer out{line};
    out.begin_object()
        .member("kind", "head")
        .member("tenant_id", to_string(head.of.value))
        .member("organisation", of.slug)
        .member("sequence", head.sequence)
        .member("hash", crypto::to_hex(head.hash))
        .member("pruned_through", head.pruned_through)
        .member("anchor", crypto::to_hex(head.anchor))
        .member("signed_text", signed_text(head))
        .member("signature", signature)
        .member("public_key", signed_by)
        .member("first", range.first)
        .member("last", range.last)
        .member("previous_hash", crypto::to_hex(range.previous_hash))
        .member("unsealed", of.unsealed)
        .end_object();
    return line += '\n';
}

std::string entry_line(tenant_id of, const sealed_entry& entry) {
    std::string line;
    http::json_writer out{line};
    out.begin_object()
        .member("kind", "entry")
        .member("sequence", entry.sequence)
        .member("id", to_string(entry.id))
        .member("happened_at", entry.happened_at)
        .member("actor", entry.actor)
        .member("role", entry.role)
        .member("action", entry.action)
        .member("subject", entry.subject)
        .member("request_id", entry.request_id)
        .member("address", entry.address);
    out.key("details").raw(entry.details);
    out.member("hashed_text", text_of(of, entry)).member("hash", crypto::to_hex(entry.hash)).end_object();
    return line += '\n';
}

} // namespace

task<std::int64_t> export_chain(db::database& with, listed_chain of, std::optional<timestamp> from,
                                std::optional<timestamp> until, std::ostream& to) {
    auto finding = find_range(with, of.head, from, until);
    const exported_range range = co_await finding;
    to << head_line(of, range);
    std::int64_t written = 0;
    // Not beyond the head that was signed: what has been sealed since is in the next export.
    const std::int64_t last = std::min(range.last, of.head.sequence);
    for (std::int64_t after = range.first - 1; range.first > 0 && after < last && to;) {
        auto reading = read_chain(with, of.head.of, after, read_at_once);
        const auto page = co_await reading;
        for (const sealed_entry& each : page) {
            if (each.sequence > last) break;
            to << entry_line(of.head.of, each);
            ++written;
        }
        if (page.empty()) break;
        after = page.back().sequence;
    }
    co_return written;
}

} // namespace kidevent::audit
