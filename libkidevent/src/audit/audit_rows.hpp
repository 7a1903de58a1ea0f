#pragma once
// Columns of the audit log's functions that more than one file reads. Private to audit/.

#include "audit/audit_chain.hpp"
#include "db/row.hpp"

#include <cstring>
#include <stdexcept>

namespace kidevent::audit {

// A bytea column of exactly this many bytes.
template<class Bytes> Bytes bytes_in(const db::row& from, int column) {
    const auto text = from.get<std::string_view>(column);
    Bytes read;
    if (text.size() != read.size()) throw std::logic_error("a hash, a key or a signature has another length");
    std::memcpy(read.data(), text.data(), text.size());
    return read;
}

// Columns 0 to 4: whose chain, head, hash, how far it was pruned, anchor.
inline chain_head read_head(const db::row& from) {
    return {.of = from.get<tenant_id>(0),
            .sequence = from.get<std::int64_t>(1),
            .hash = bytes_in<crypto::digest>(from, 2),
            .pruned_through = from.get<std::int64_t>(3),
            .anchor = bytes_in<crypto::digest>(from, 4)};
}

} // namespace kidevent::audit
