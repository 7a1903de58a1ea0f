#pragma once
// The chain of an organisation's entries: what is hashed, what is signed, and whether it is whole. Nothing
// here asks PostgreSQL; sealing hashes the same text there (platform.audit_text).

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kidevent::audit {

struct sealed_entry {
    std::int64_t sequence = 0; // from 1
    uuid id;
    timestamp happened_at;
    std::string actor;
    std::string role;
    std::string action;
    std::string subject;
    std::string request_id;
    std::string address;
    std::string details; // JSON, as it was written
    crypto::digest hash{};
};

// The end of a chain, and where it begins since entries were removed after their retention.
struct chain_head {
    tenant_id of{}; // nil: the installation
    std::int64_t sequence = 0;
    crypto::digest hash{};
    std::int64_t pruned_through = 0;
    crypto::digest anchor{}; // hash of the entry `pruned_through`; zeros when there is none
    std::optional<crypto::signature> signature = std::nullopt;
    std::optional<crypto::public_key> signed_by = std::nullopt;
};

std::string text_of(tenant_id of, const sealed_entry& entry);
crypto::digest hash_of(const crypto::digest& previous, tenant_id of, const sealed_entry& entry);

// What the signature of a head is about.
std::string signed_text(const chain_head& head);
// The key that signs heads, of a text of audit.signing_keys.
crypto::signing_key head_key(std::string_view secret_text);

enum class chain_fault {
    removed,       // an entry is missing
    altered,       // an entry is not what was sealed, or one before it was removed and the rest renumbered
    reordered,     // the entry that belongs here stands elsewhere
    cut_off,       // entries at the end are missing
    added,         // there are entries beyond the head
    head_altered,  // the entries are whole, and the head says something else
    not_signed,    // nobody signed the head, though there is a key
    bad_signature, // no key of ours signed the head: the chain was written anew, or the key was lost
};
std::string_view to_text(chain_fault of) noexcept;

struct broken_place {
    chain_fault is;
    std::int64_t sequence; // of the first broken entry
};

// Reads a chain from its beginning: all entries in the order of their sequences, then the end.
class chain_check {
public:
    explicit chain_check(const chain_head& head);

    // False when something is wrong; more entries are of no use then.
    bool take(const sealed_entry& entry);
    // There is an entry beyond the head, and the head is the present one.
    void say_added(std::int64_t sequence) { found_ = {chain_fault::added, sequence}; }
    // After the last entry. `keys`: those that are believed; none: signatures are not looked at.
    void end(std::span<const crypto::signing_key> keys);

    const std::optional<broken_place>& found() const noexcept { return found_; }
    std::int64_t checked() const noexcept { return checked_; } // entries that are whole

    // After removed or altered: told of all entries once more, finds out whether one that stands elsewhere
    // belongs to the broken place. True: it does, and the fault is a reordering.
    bool look_for_moved(const sealed_entry& elsewhere);

private:
    chain_head head_;
    std::int64_t last_;
    crypto::digest hash_;
    crypto::digest stored_{}; // what stands at the broken place
    std::int64_t checked_ = 0;
    std::optional<broken_place> found_;
};

} // namespace kidevent::audit
