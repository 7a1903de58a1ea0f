#include "identity/identity_provider_service.hpp"

#include "audit/audit_log.hpp"
#include "crypto/envelope.hpp"
#include "db/db_error.hpp"
#include "http_client/guarded_request.hpp"
#include "identity/account_repository.hpp"
#include "identity/oidc_repository.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

constexpr std::string_view no_secret = "none"; // of the ways in which a client can authenticate

std::string subject_of(identity_provider_id id) { return audit::subject_of("identity_providers", id.value); }

// "openid", and words of the letters that RFC 6749 (3.3) permits.
bool are_scopes(std::string_view text) {
    bool has_openid = false;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        const auto word = text.substr(at, end - at);
        if (word.empty()) return false;
        for (const char c : word)
            if (c <= ' ' || c > '~' || c == '"' || c == '\\') return false;
        has_openid = has_openid || word == "openid";
        at = end + 1;
    }
    return has_openid;
}

void check_issuer(const std::string& issuer, bool allow_inner, refusal& why) {
    std::string fault = http_client::url_fault(issuer, allow_inner);
    if (fault.empty() && issuer.find('?') != issuer.npos) fault = "must not hold a query";
    if (!fault.empty()) why.fields.push_back({"/issuer", "bad_format", fault});
}

// All of it as it is to be; `has_secret` counts one that is given now.
result<> check(const identity_provider& wanted, const oidc_settings& with) {
    refusal why = refuse(errc::invalid_fields);
    check_issuer(wanted.issuer, with.addresses == "any", why);
    if (!are_scopes(wanted.scopes))
        why.fields.push_back(
            {"/scopes", "bad_format", "must be words with single blanks, openid among them"});
    const bool needs_secret = wanted.client_authentication != no_secret;
    if (needs_secret && !wanted.has_secret)
        why.fields.push_back({"/client_secret", "required", "is needed for this authentication"});
    if (why.fields.empty()) return {};
    return why;
}

void apply(const identity_provider_change& from, identity_provider& to) {
    to.name = from.name.value_or(to.name);
    to.client_id = from.client_id.value_or(to.client_id);
    to.client_authentication = from.client_authentication.value_or(to.client_authentication);
    to.scopes = from.scopes.value_or(to.scopes);
    to.sign_up_allowed = from.sign_up_allowed.value_or(to.sign_up_allowed);
    to.links_by_email = from.links_by_email.value_or(to.links_by_email);
    to.has_secret = to.client_authentication != no_secret && (to.has_secret || from.client_secret);
}

// What is to be stored of a secret that was given; none: nothing new is.
result<std::optional<std::string>> sealed(const http::request_context& context, identity_provider_id of,
                                          const identity_provider& wanted,
                                          const identity_provider_change& values) {
    if (!wanted.has_secret || !values.client_secret) return std::optional<std::string>{};
    const crypto::envelope& sealing = context.parts.sealing;
    if (!sealing.has_key()) {
        refusal why = refuse(errc::encryption_not_configured);
        why.retry_after_seconds = 60; // an operator has to set a key
        return why;
    }
    return std::optional{sealing.seal({to_string(context.tenant->handle.id().value), "identity_providers",
                                       "client_secret", to_string(of.value)},
                                      values.client_secret->reveal())};
}

// Locks it, and ends the transaction when that version is not there.
task<result<identity_provider>> lock_version(db::tenant_transaction& in, identity_provider_id id,
                                             int seen_version) {
    const auto locked = add_lock_provider(in, id);
    auto running = in.run();
    co_await running;
    auto found = read_providers(locked.rows());
    if (!found.empty() && found.front().version == seen_version) co_return std::move(found.front());
    auto undoing = in.rollback();
    co_await undoing;
    co_return refuse(found.empty() ? errc::not_found : errc::version_stale);
}

task<> count(db::tenant_transaction& in, std::int64_t& into) {
    const auto counted = add_count_providers(in);
    auto running = in.run();
    co_await running;
    into = counted.rows().front().get<std::int64_t>(0);
}

} // namespace

task<result<identity_provider>> create_identity_provider(const http::request_context& context,
                                                         identity_provider_change values) {
    const oidc_settings& with = context.parts.with.oidc;
    identity_provider wanted;
    wanted.id = identity_provider_id{make_uuid()};
    wanted.issuer = values.issuer.value_or("");
    wanted.client_authentication = values.client_secret ? "client_secret_basic" : no_secret;
    wanted.scopes = "openid email profile";
    apply(values, wanted);
    const auto checked = check(wanted, with);
    if (!checked) co_return checked.error();
    const auto secret_text = sealed(context, wanted.id, wanted, values);
    if (!secret_text) co_return secret_text.error();
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    std::int64_t there_are = 0;
    auto counting = count(transaction, there_are);
    co_await counting;
    if (there_are >= with.providers_per_tenant_max) {
        auto undoing = transaction.rollback();
        co_await undoing;
        co_return refuse(errc::invalid_fields, "/issuer", "too_many",
                         "there are " + std::to_string(there_are) + " identity providers already");
    }
    add_insert_provider(transaction, wanted, *secret_text, context.acting.account());
    audit::add_entry(
        transaction, context.acting, audit::action::identity_provider_created, subject_of(wanted.id),
        {{"sign_up_allowed", wanted.sign_up_allowed}, {"links_by_email", wanted.links_by_email}});
    const auto written = add_find_provider(transaction, wanted.id);
    try {
        auto committing = transaction.commit();
        co_await committing;
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "identity_providers_issuer_unique") throw;
        co_return refuse(errc::issuer_taken);
    }
    co_return read_providers(written.rows()).front();
}

task<result<identity_provider>> update_identity_provider(const http::request_context& context,
                                                         identity_provider_id id, int seen_version,
                                                         identity_provider_change values) {
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    auto locking = lock_version(transaction, id, seen_version);
    auto locked = co_await locking;
    if (!locked) co_return locked.error();
    identity_provider wanted = std::move(*locked);
    const bool enabled = values.enabled.value_or(!wanted.disabled_at);
    apply(values, wanted);
    const auto checked = check(wanted, context.parts.with.oidc);
    result<std::optional<std::string>> secret_text = std::optional<std::string>{};
    if (checked) secret_text = sealed(context, id, wanted, values);
    if (!checked || !secret_text) {
        auto undoing = transaction.rollback();
        co_await undoing;
        co_return checked ? secret_text.error() : checked.error();
    }
    add_update_provider(transaction, wanted, enabled, *secret_text, context.acting.account());
    audit::add_entry(transaction, context.acting, audit::action::identity_provider_updated, subject_of(id),
                     {{"enabled", enabled},
                      {"sign_up_allowed", wanted.sign_up_allowed},
                      {"links_by_email", wanted.links_by_email},
                      {"secret_changed", secret_text->has_value()}});
    const auto written = add_find_provider(transaction, id);
    auto committing = transaction.commit();
    co_await committing;
    co_return read_providers(written.rows()).front();
}

task<result<>> delete_identity_provider(const http::request_context& context, identity_provider_id id,
                                        int seen_version) {
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    auto locking = lock_version(transaction, id, seen_version);
    const auto locked = co_await locking;
    if (!locked) co_return locked.error();
    add_delete_provider(transaction, id);
    audit::add_entry(transaction, context.acting, audit::action::identity_provider_deleted, subject_of(id));
    auto committing = transaction.commit();
    co_await committing;
    co_return result<>{};
}

task<result<>> disconnect_identity(const http::request_context& context, external_identity_id id) {
    const account_id of = context.acting.account();
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    // Of two that are taken away at once, the second one sees what the first one left.
    add_lock_account(transaction, of);
    const auto deleted = add_delete_identity(transaction, of, id);
    const auto left = add_find_way_in(transaction, of);
    auto running = transaction.run();
    co_await running;
    const bool existed = !deleted.rows().empty();
    if (!existed || !left.rows().front().get<bool>(0)) {
        auto undoing = transaction.rollback();
        co_await undoing;
        co_return refuse(existed ? errc::only_way_in : errc::not_found);
    }
    audit::add_entry(transaction, context.acting, audit::action::identity_unlinked,
                     audit::subject_of("accounts", of.value));
    auto committing = transaction.commit();
    co_await committing;
    co_return result<>{};
}

} // namespace kidevent::identity
