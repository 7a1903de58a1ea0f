#include "audit/audit_chain.hpp"

#include <algorithm>

namespace kidevent::audit {

namespace {

std::string_view raw(const crypto::digest& of) {
    return {reinterpret_cast<const char*>(of.data()), of.size()};
}

void append_line(std::string& out, std::string_view field) {
    out += '\n';
    out += field;
}

} // namespace

std::string text_of(tenant_id of, const sealed_entry& entry) {
    std::string text = "kidevent-audit-1";
    append_line(text, to_string(of.value));
    append_line(text, std::to_string(entry.sequence));
    append_line(text, to_string(entry.id));
    append_line(text, std::to_string(entry.happened_at.time_since_epoch().count()));
    for (const std::string* each : {&entry.actor, &entry.role, &entry.action, &entry.subject,
                                    &entry.request_id, &entry.address, &entry.details})
        append_line(text, *each);
    return text;
}

crypto::digest hash_of(const crypto::digest& previous, tenant_id of, const sealed_entry& entry) {
    std::string hashed{raw(previous)};
    hashed += text_of(of, entry);
    return crypto::sha256(hashed);
}

std::string signed_text(const chain_head& head) {
    std::string text = "kidevent-audit-head-1";
    append_line(text, to_string(head.of.value));
    append_line(text, std::to_string(head.sequence));
    append_line(text, crypto::to_hex(head.hash));
    append_line(text, std::to_string(head.pruned_through));
    append_line(text, crypto::to_hex(head.anchor));
    return text;
}

crypto::signing_key head_key(std::string_view secret_text) { return {"kidevent audit head", secret_text}; }

std::string_view to_text(chain_fault of) noexcept {
    switch (of) {
    case chain_fault::removed: return "removed";
    case chain_fault::altered: return "altered";
    case chain_fault::reordered: return "reordered";
    case chain_fault::cut_off: return "cut off";
    case chain_fault::added: return "added";
    case chain_fault::head_altered: return "head altered";
    case chain_fault::not_signed: return "head not signed";
    case chain_fault::bad_signature: return "head signed by nobody we know";
    }
    return "";
}

chain_check::chain_check(const chain_head& head)
    : head_(head), last_(head.pruned_through), hash_(head.anchor) {}

bool chain_check::take(const sealed_entry& entry) {
    if (found_) return false;
    if (entry.sequence != last_ + 1)
        found_ = {chain_fault::removed, last_ + 1};
    else if (hash_of(hash_, head_.of, entry) != entry.hash) {
        found_ = {chain_fault::altered, entry.sequence};
        stored_ = entry.hash;
    }
    if (found_) return false;
    last_ = entry.sequence;
    hash_ = entry.hash;
    ++checked_;
    return true;
}

void chain_check::end(std::span<const crypto::signing_key> keys) {
    if (found_) return;
    if (last_ < head_.sequence)
        found_ = {chain_fault::cut_off, last_ + 1};
    else if (hash_ != head_.hash)
        found_ = {chain_fault::head_altered, head_.sequence};
    if (found_ || keys.empty() || head_.sequence == 0) return;
    if (!head_.signature || !head_.signed_by) {
        found_ = {chain_fault::not_signed, head_.sequence};
        return;
    }
    const bool is_ours = std::any_of(keys.begin(), keys.end(), [&](const crypto::signing_key& each) {
        return each.public_part() == *head_.signed_by;
    });
    if (!is_ours || !crypto::is_signed(signed_text(head_), *head_.signature, *head_.signed_by))
        found_ = {chain_fault::bad_signature, head_.sequence};
}

bool chain_check::look_for_moved(const sealed_entry& elsewhere) {
    if (!found_ || (found_->is != chain_fault::altered && found_->is != chain_fault::removed)) return false;
    if (elsewhere.sequence == found_->sequence) return false;
    sealed_entry back = elsewhere;
    back.sequence = found_->sequence;
    const crypto::digest there = hash_of(hash_, head_.of, back);
    // Its hash went along with it, or stayed where it was.
    if (there != elsewhere.hash && there != stored_) return false;
    found_->is = chain_fault::reordered;
    return true;
}

} // namespace kidevent::audit
