#pragma once
// The rules of the identity providers that an organisation's owners connect. Called by the endpoints.

#include "http/request_context.hpp"
#include "identity/oidc_provider.hpp"

namespace kidevent::identity {

// Errors: invalid_fields (also when the organisation has oidc.providers_per_tenant_max of them),
// issuer_taken, encryption_not_configured (a client secret, and nothing to seal it with).
task<result<identity_provider>> create_identity_provider(const http::request_context& context,
                                                         identity_provider_change values);
// Errors: not_found, version_stale, invalid_fields, encryption_not_configured.
task<result<identity_provider>> update_identity_provider(const http::request_context& context,
                                                         identity_provider_id id, int seen_version,
                                                         identity_provider_change values);
// Who signed in by it keeps the account. Errors: not_found, version_stale.
task<result<>> delete_identity_provider(const http::request_context& context, identity_provider_id id,
                                        int seen_version);

// Takes a connection from the account that is signed in. Errors: not_found, only_way_in.
task<result<>> disconnect_identity(const http::request_context& context, external_identity_id id);

} // namespace kidevent::identity
