#pragma once
// Remembers the answers to requests with an Idempotency-Key, in the transaction that does the work: either
// both exist or neither. There is no state "in progress" that a crash could leave behind; an advisory lock,
// which ends with its transaction, tells a second request that the first one is still running.

#include "db/tenant_transaction.hpp"
#include "http/request_context.hpp"

namespace kidevent::http {

struct idempotent_request {
    std::string key;
    std::string fingerprint; // 32 bytes as bytea text: of method, path and body
};

// The request's key, if it has one. Errors: malformed_request.
result<std::optional<idempotent_request>> read_idempotent_request(const request_context& context);

struct pending_answer {
    db::pending_rows locked;
    db::pending_rows remembered;
};

// Goes first in the transaction's first run().
pending_answer add_recall(db::tenant_transaction& in, const request_context& context,
                          const idempotent_request& of);
// After that run(): the remembered answer, or nothing, or idempotency_key_in_use, or idempotency_key_reused.
result<std::optional<response>> recall(const pending_answer& from, const idempotent_request& of);
// Goes with the work, before commit().
void add_remember(db::tenant_transaction& in, const request_context& context, const idempotent_request& of,
                  const response& answer);

// Deletes at most so many of the tenant's answers that have expired.
db::pending_rows add_delete_expired_answers(db::tenant_transaction& in, int at_most);

} // namespace kidevent::http
