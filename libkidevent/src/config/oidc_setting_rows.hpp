#pragma once
// The rows of setting_table.cpp about sign-in by identity providers. Private to config/.

#include "config/neighbour_settings.hpp"

namespace kidevent::config::sign_in_by_providers {

template<auto Member> inline constexpr auto oidc = &in<&settings::oidc, Member>;

inline constexpr setting rows[] = {
    {"oidc.providers_per_tenant_max", oidc<&oidc_settings::providers_per_tenant_max>, count(0, 100),
     "Identity providers that an organisation may connect"},
    {"oidc.timeout", oidc<&oidc_settings::timeout>, duration(100, minute_in_ms),
     "How long a provider may take for all that one step of a sign-in asks of it; less than "
     "http.request_timeout"},
    {"oidc.concurrent_max", oidc<&oidc_settings::concurrent_max>, count(1, 64),
     "Steps of sign-ins in which a worker asks providers at once; each takes a thread"},
    {"oidc.concurrent_per_tenant_max", oidc<&oidc_settings::concurrent_per_tenant_max>, count(1, 64),
     "Of these, how many may be of one organisation; more wait"},
    {"oidc.waiting_max", oidc<&oidc_settings::waiting_max>, count(1, 4096),
     "Steps that may wait for a thread; more are refused with 503"},
    {"oidc.answer_bytes_max", oidc<&oidc_settings::answer_bytes_max>, size(kib, 16 * mib),
     "Largest answer of a provider that is read; a larger one is none"},
    {"oidc.discovery_ttl", oidc<&oidc_settings::discovery_ttl>, duration(0, 24 * hour_in_ms),
     "How long a worker remembers where a provider's endpoints are"},
    {"oidc.keys_ttl", oidc<&oidc_settings::keys_ttl>, duration(0, 24 * hour_in_ms),
     "How long a worker remembers a provider's keys"},
    {"oidc.keys_refresh_pause", oidc<&oidc_settings::keys_refresh_pause>, duration(1, hour_in_ms),
     "A token with an unknown key has a provider's keys fetched anew, at most this often"},
    {"oidc.attempt_lifetime", oidc<&oidc_settings::attempt_lifetime>, duration(10, 10 * minute_in_s),
     "How long somebody may take at the provider"},
    {"oidc.attempts_per_minute_per_address", oidc<&oidc_settings::attempts_per_minute_per_address>,
     count(1, 100000),
     "Sign-ins by providers that one network address may begin in a minute; more are refused with 429"},
    {"oidc.clock_skew", oidc<&oidc_settings::clock_skew>, duration(0, 5 * minute_in_s),
     "How far a provider's clock may be off"},
    {"oidc.addresses", oidc<&oidc_settings::addresses>, choice(address_ranges),
     "Where providers may be: any permits plain http and the own network, for tests and development"},
    {"oidc.ca_file", oidc<&oidc_settings::ca_file>, checked(0, 4096, problem_of_optional_path),
     "Certificates (PEM) that providers are trusted by; empty is the system's"},
};

} // namespace kidevent::config::sign_in_by_providers
