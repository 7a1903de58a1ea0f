#pragma once
// The rules of webhooks: which addresses and types are taken, and what owners may do with deliveries. Called
// by the endpoints.

#include "http/request_context.hpp"
#include "webhooks/webhook.hpp"

namespace kidevent::webhooks {

struct webhook_with_secret {
    webhook what;
    secret signing_secret;
};

// Errors: invalid_fields (also when the organisation has webhook.per_tenant_max of them).
task<result<webhook_with_secret>> create_webhook(const http::request_context& context, webhook_change values);
// Errors: not_found, version_stale, invalid_fields.
task<result<webhook>> update_webhook(const http::request_context& context, webhook_id id, int seen_version,
                                     webhook_change values);
// With its deliveries. Errors: not_found, version_stale.
task<result<>> delete_webhook(const http::request_context& context, webhook_id id, int seen_version);
// The secret so far signs beside the new one for webhook.secret_overlap. Errors: not_found.
task<result<webhook_with_secret>> rotate_secret(const http::request_context& context, webhook_id id);
// An event of the type com.kidevent.webhook.test.v1, for this webhook alone. Errors: not_found.
task<result<delivery>> send_test(const http::request_context& context, webhook_id id);
// Tries a delivery again from the start, delivered or not, under the same id. Errors: not_found.
task<result<delivery>> replay_delivery(const http::request_context& context, delivery_id id);

// The words of `types`.
std::vector<std::string> list_types(const std::string& types);

} // namespace kidevent::webhooks
