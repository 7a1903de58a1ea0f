#include "identity/oidc_service.hpp"

#include "audit/audit_log.hpp"
#include "crypto/base64url.hpp"
#include "crypto/envelope.hpp"
#include "crypto/hmac.hpp"
#include "crypto/token.hpp"
#include "identity/oidc_client.hpp"
#include "identity/oidc_repository.hpp"
#include "identity/provider_settlement.hpp"
#include "identity/return_path.hpp"

namespace kidevent::identity {

namespace {

constexpr std::size_t limited_keys_max = 100'000;
constexpr int expired_attempts_max = 20; // that one new attempt takes away
constexpr std::size_t code_bytes_max = 4096;

std::string redirect_uri(const tenancy::tenant& at, identity_provider_id with) {
    return at.origin + "/api/v1/identity-providers/" + to_string(with.value) + "/callback";
}

// Nonce and verifier of an attempt come from what its browser keeps and are stored nowhere; both have the 43
// letters that RFC 7636 asks for.
std::string derived(std::string_view purpose, const std::string& browser, const std::string& state) {
    return crypto::encode_base64url(crypto::hmac_sha256(browser, std::string{purpose} + '.' + state));
}

std::string nonce_of(const std::string& browser, const std::string& state) {
    return derived("nonce", browser, state);
}
std::string verifier_of(const std::string& browser, const std::string& state) {
    return derived("code_verifier", browser, state);
}

std::string challenge_of(const std::string& verifier) {
    return crypto::encode_base64url(crypto::sha256(verifier));
}

std::optional<identity_provider> open_provider(const db::result_set& found) {
    auto read = read_providers(found);
    if (read.empty() || read.front().disabled_at) return std::nullopt;
    return std::move(read.front());
}

sign_in_attempt attempt_of(const tenancy::tenant& at, identity_provider_id with, const std::string& state,
                           const std::string& browser) {
    return {crypto::token_hash(state), crypto::token_hash(browser), with, at.origin, "", {}};
}

std::string authorization_url(const tenancy::tenant& at, const identity_provider& with,
                              const provider_endpoints& endpoints, const std::string& state,
                              const std::string& browser) {
    return with_query(endpoints.authorization, {{"response_type", "code"},
                                                {"client_id", with.client_id},
                                                {"redirect_uri", redirect_uri(at, with.id)},
                                                {"scope", with.scopes},
                                                {"state", state},
                                                {"nonce", nonce_of(browser, state)},
                                                {"code_challenge", challenge_of(verifier_of(browser, state))},
                                                {"code_challenge_method", "S256"}});
}

// What the provider says instead of a code (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6). Its own words
// are repeated to nobody.
refusal error_returned(const std::string& said) {
    if (said == "server_error" || said == "temporarily_unavailable") {
        refusal why = refuse(errc::identity_provider_unavailable, "error", said, "the provider says so");
        why.retry_after_seconds = 5;
        return why;
    }
    for (const std::string_view known : {"access_denied", "login_required", "interaction_required",
                                         "consent_required", "account_selection_required"})
        if (said == known)
            return refuse(errc::identity_provider_cancelled, "error", said, "the provider says so");
    return provider_refused("error", "provider_error", "the provider refused the request");
}

// What came back, before anything is asked because of it.
result<> check_return(const provider_return& back, const identity_provider& from) {
    if (!back.issuer.empty() && back.issuer != from.issuer)
        return provider_refused("iss", "issuer", "another provider answered");
    if (!back.error.empty()) return error_returned(back.error);
    if (back.code.empty() || back.code.size() > code_bytes_max)
        return provider_refused("code", "required", "the provider sent no code");
    return {};
}

struct taken_attempt {
    identity_provider provider;
    secret client_secret;
    std::string return_to;
    std::optional<account_id> connecting;
};

// Whatever comes of it, the attempt is used up: that is committed before anything else is done.
task<result<taken_attempt>> take_attempt(db::database& in, const tenancy::tenant& at,
                                         const crypto::envelope& sealing, sign_in_attempt of) {
    auto beginning = db::tenant_transaction::begin(in, at.handle);
    auto transaction = co_await beginning;
    const auto taken = add_take_attempt(transaction, of);
    const auto provider = add_find_provider(transaction, of.provider);
    const auto sealed = add_find_client_secret(transaction, of.provider);
    auto committing = transaction.commit();
    co_await committing;
    auto with = open_provider(provider.rows());
    if (!with) co_return refuse(errc::not_found);
    if (taken.rows().empty()) co_return refuse(errc::sign_in_attempt_unknown);
    secret client_secret;
    if (const auto text = sealed.rows().front().get<std::optional<std::string>>(0)) {
        const auto opened = sealing.open({to_string(at.handle.id().value), "identity_providers",
                                          "client_secret", to_string(of.provider.value)},
                                         *text);
        if (!opened)
            throw std::runtime_error("a client secret cannot be opened with the keys that there are");
        client_secret = secret{*opened};
    }
    const db::row row = taken.rows().front();
    co_return taken_attempt{std::move(*with), std::move(client_secret), row.get<std::string>(0),
                            row.get<std::optional<account_id>>(1)};
}

result<provider_person> who_it_is(const result<redeemed_code>& redeemed, const identity_provider& by,
                                  const std::string& nonce, const oidc_settings& with, timestamp now) {
    if (!redeemed) return redeemed.error();
    return check_id_token(redeemed->claims, {by.issuer, by.client_id, nonce, redeemed->access_token, now,
                                             with.clock_skew, with.attempt_lifetime});
}

// What a provider said that did not hold may be somebody's attempt. That it did not answer is not.
task<> note_refusal(db::database& in, const tenancy::tenant& at, identity_provider_id with, refusal why) {
    if (why.code != errc::identity_provider_refused) co_return;
    auto beginning = db::tenant_transaction::begin(in, at.handle);
    auto transaction = co_await beginning;
    audit::add_entry(
        transaction, actor{}, audit::action::login_failed, "",
        {{"identity_provider_id", to_string(with.value)},
         {"fault", why.fields.empty() ? "" : why.fields.front().pointer + ' ' + why.fields.front().code}});
    auto committing = transaction.commit();
    co_await committing;
}

} // namespace

oidc_service::oidc_service(db::database& with, const settings& all, const crypto::envelope& sealing,
                           const clock& now, worker_threads::post_to_loop post_to_loop)
    : database_(with),
      with_(all),
      sealing_(sealing),
      time_(now),
      by_address_(static_cast<int>(all.oidc.attempts_per_minute_per_address),
                  static_cast<int>(all.oidc.attempts_per_minute_per_address), limited_keys_max, now),
      client_(std::make_unique<oidc_client>(all.oidc, std::move(post_to_loop))) {}

oidc_service::~oidc_service() = default;

task<result<provider_redirect>> oidc_service::begin(const tenancy::tenant& at, identity_provider_id with,
                                                    std::string return_to,
                                                    std::optional<account_id> connecting,
                                                    std::string remote_address) {
    if (!is_return_path(return_to))
        co_return refuse(errc::invalid_fields, "return_to", "bad_format", "must be a path of this host");
    if (const auto wait = by_address_.take(remote_address)) {
        refusal why = refuse(errc::too_many_requests);
        why.retry_after_seconds = static_cast<int>(wait->count());
        co_return why;
    }
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_provider(batch, with);
    auto running = batch.run();
    co_await running;
    const auto provider = open_provider(found.rows());
    if (!provider) co_return refuse(errc::not_found);
    auto asking = client_->find_endpoints(at.handle.id(), provider->issuer);
    const auto endpoints = co_await asking;
    if (!endpoints) co_return endpoints.error();

    const std::string state = crypto::make_token();
    const std::string browser = crypto::make_token();
    sign_in_attempt made = attempt_of(at, with, state, browser);
    made.return_to = std::move(return_to);
    made.connecting = connecting;
    auto beginning = db::tenant_transaction::begin(database_, at.handle);
    auto transaction = co_await beginning;
    add_delete_expired_attempts(transaction, expired_attempts_max);
    add_insert_attempt(transaction, made, with_.oidc.attempt_lifetime);
    auto committing = transaction.commit();
    co_await committing;
    co_return provider_redirect{authorization_url(at, *provider, *endpoints, state, browser), browser};
}

task<result<provider_sign_in>> oidc_service::finish(const tenancy::tenant& at, identity_provider_id with,
                                                    provider_return back, std::string browser, actor acting) {
    if (back.state.size() != crypto::token_length || browser.size() != crypto::token_length)
        co_return refuse(errc::sign_in_attempt_unknown);
    auto taking = take_attempt(database_, at, sealing_, attempt_of(at, with, back.state, browser));
    const auto attempt = co_await taking;
    if (!attempt) co_return attempt.error();
    // Whoever was signed in when it began has to be it still.
    if (attempt->connecting && (!acting.is_signed_in() || acting.account() != *attempt->connecting))
        co_return refuse(errc::sign_in_attempt_unknown);
    const identity_provider& provider = attempt->provider;
    const auto returned = check_return(back, provider);
    if (!returned) co_return returned.error();
    const std::string nonce = nonce_of(browser, back.state);
    auto redeeming = client_->redeem({at.handle.id(), provider.issuer, provider.client_id,
                                      provider.client_authentication, attempt->client_secret, back.code,
                                      verifier_of(browser, back.state), redirect_uri(at, with), back.issuer});
    const auto redeemed = co_await redeeming;
    auto person = who_it_is(redeemed, provider, nonce, with_.oidc, time_.now());
    if (!person) {
        auto noting = note_refusal(database_, at, with, person.error());
        co_await noting;
        co_return person.error();
    }

    const settlement_parts parts{database_, with_};
    if (attempt->connecting) {
        auto connecting = connect_person(parts, at, provider, std::move(*person), acting);
        const auto connected = co_await connecting;
        if (!connected) co_return connected.error();
        co_return provider_sign_in{acting.account(), "", attempt->return_to, false};
    }
    auto signing_in = sign_in_person(parts, at, provider, std::move(*person), std::move(back.device));
    const auto settled = co_await signing_in;
    if (!settled) co_return settled.error();
    co_return provider_sign_in{settled->account, settled->token, attempt->return_to, settled->is_new};
}

} // namespace kidevent::identity
