#include "config/setting_table.hpp"

#include "config/audit_setting_rows.hpp"
#include "config/neighbour_settings.hpp"
#include "config/oidc_setting_rows.hpp"
#include "config/setting_checks.hpp"
#include "config/setting_rules.hpp"

#include <algorithm>
#include <array>

namespace kidevent::config {
namespace {

template<auto Member> constexpr auto db = &in<&settings::db, Member>;
template<auto Member> constexpr auto http = &in<&settings::http, Member>;
template<auto Member> constexpr auto admission = &in<&settings::admission, Member>;
template<auto Member> constexpr auto rate_limit = &in<&settings::rate_limit, Member>;
template<auto Member> constexpr auto identity = &in<&settings::identity, Member>;
template<auto Member> constexpr auto security = &in<&settings::security, Member>;
template<auto Member> constexpr auto registration = &in<&settings::registration, Member>;
template<auto Member> constexpr auto import = &in<&settings::import, Member>;
template<auto Member> constexpr auto fastcgi = &in<&settings::fastcgi, Member>;
template<auto Member> constexpr auto jobs = &in<&settings::jobs, Member>;
template<auto Member> constexpr auto outbox = &in<&settings::outbox, Member>;
template<auto Member> constexpr auto webhook = &in<&settings::webhook, Member>;
template<auto Member> constexpr auto cache = &in<&settings::cache, Member>;
template<auto Member> constexpr auto realtime = &in<&settings::realtime, Member>;

constexpr std::array<std::string_view, 2> schemes{"http", "https"};
constexpr std::array<std::string_view, 2> counters{"process", "redis"};
constexpr std::array<std::string_view, 2> switches{"off", "on"};
constexpr std::array<std::string_view, 2> fanouts{"postgres", "redis"};

constexpr setting own_rows[] = {
    {"db.host", db<&database_settings::host>, length(1, 255),
     "Where PostgreSQL listens: a directory (unix socket) or a host name"},
    {"db.port", db<&database_settings::port>, count(1, 65535),
     "Port of PostgreSQL, also part of its socket's name"},
    {"db.name", db<&database_settings::name>, length(1, 63), "Name of the database"},
    {"db.unencrypted", db<&database_settings::unencrypted>, choice(unencrypted_places),
     "Where PostgreSQL is asked without TLS: sockets and loopback alone, or anywhere; else its certificate "
     "is checked"},
    {"db.ca_file", db<&database_settings::ca_file>, checked(0, 4096, problem_of_optional_path),
     "Certificates (PEM) that PostgreSQL is trusted by; empty is the system's"},
    {"db.app_password", db<&database_settings::app_password>, secret(8, 1024),
     "Password of the role kidevent_app, which reads and writes inside one tenant", needs::serving},
    {"db.router_password", db<&database_settings::router_password>, secret(8, 1024),
     "Password of the role kidevent_router, which may only resolve a host to a tenant", needs::serving},
    {"db.platform_password", db<&database_settings::platform_password>, secret(8, 1024),
     "Password of the role kidevent_platform, which provisions tenants", needs::serving},
    {"db.jobs_password", db<&database_settings::jobs_password>, secret(8, 1024),
     "Password of the role kidevent_jobs, which claims and finishes background work", needs::serving},
    {"db.migrator_password", db<&database_settings::migrator_password>, secret(8, 1024),
     "Password of the role kidevent_migrator, which changes the schema", needs::migrating},
    {"db.lanes", db<&database_settings::lanes>, count(1, 16), "Shared read-only connections of each worker"},
    {"db.lane_batches_max", db<&database_settings::lane_batches_max>, count(1, 65536),
     "Batches in flight on one lane; more are refused with 503"},
    {"db.lane_shared_max", db<&database_settings::lane_shared_max>, count(1, 64),
     "Batches of one organisation that share a transaction when a lane is busy; 1: each has its own"},
    {"db.pool_size_max", db<&database_settings::pool_size_max>, count(1, 256),
     "Connections that each worker leases for writes"},
    {"db.pool_waiting_max", db<&database_settings::pool_waiting_max>, count(0, 65536),
     "Requests of a worker that may wait for a leased connection; more are refused with 503"},
    {"db.pool_wait", db<&database_settings::pool_wait>, duration(1, minute_in_ms),
     "How long a request waits for a leased connection before it is refused with 503"},
    {"db.connect_timeout", db<&database_settings::connect_timeout>, duration(100, 5 * minute_in_ms),
     "How long connecting to PostgreSQL may take"},
    {"db.statement_timeout", db<&database_settings::statement_timeout>, duration(10, hour_in_ms),
     "How long PostgreSQL may work on one statement"},
    {"db.lock_timeout", db<&database_settings::lock_timeout>, duration(10, hour_in_ms),
     "How long a statement may wait for a lock"},
    {"db.idle_in_transaction_timeout", db<&database_settings::idle_in_transaction_timeout>,
     duration(100, hour_in_ms), "How long a transaction may stay idle before PostgreSQL ends it"},
    {"db.work_notify_interval", db<&database_settings::work_notify_interval>, duration(1, minute_in_ms),
     "Shortest time between two notifications of a process that it has left work for the background"},

    {"http.base_domain", http<&http_settings::base_domain>, checked(1, 189, problem_of_domain),
     "Tenants answer on SLUG.BASE_DOMAIN, the platform on admin.BASE_DOMAIN"},
    {"http.scheme", http<&http_settings::scheme>, choice(schemes),
     "Scheme that browsers use; http is for development, where cookies cannot be marked Secure"},
    {"http.public_port", http<&http_settings::public_port>, count(1, 65535), "Port that browsers use"},
    {"http.signing_key", http<&http_settings::signing_key>, secret(32, 1024),
     "Key that signs page cursors and links in messages; random, the same on all hosts", needs::serving},
    {"http.other_signing_keys",
     http<&http_settings::other_signing_keys>,
     {.min = 0, .max = 8, .secret = true, .check = problem_of_signing_key},
     "Keys whose signatures are believed beside it: the one before, or the next, while keys are changed"},
    {"http.body_bytes_max", http<&http_settings::body_bytes_max>, size(kib, 64 * mib),
     "Largest body of a request; larger ones are refused with 413"},
    {"http.json_depth_max", http<&http_settings::json_depth_max>, count(2, 64),
     "How deep the JSON of a request may nest"},
    {"http.request_timeout", http<&http_settings::request_timeout>, duration(100, 10 * minute_in_ms),
     "How long a request may take before it is answered with 503"},
    {"http.security_contact", http<&http_settings::security_contact>, checked(0, 254, problem_of_contact),
     "Where weaknesses are reported, for /.well-known/security.txt: mailto: or https:; empty is no such "
     "file"},
    {"http.security_expires", http<&http_settings::security_expires>, checked(0, 40, problem_of_instant),
     "When that file ends, as in 2027-03-31T00:00:00Z; to come, and within a year"},
    {"http.change_password_path", http<&http_settings::change_password_path>,
     checked(1, 200, problem_of_path),
     "Page of the web application that /.well-known/change-password leads to"},
    {"http.cors_origins_max", http<&http_settings::cors_origins_max>, count(0, 200),
     "Origins of other sites that an organisation may let use its API"},
    {"http.cors_max_age", http<&http_settings::cors_max_age>, duration(0, day_in_s),
     "How long a browser may remember that it was let in from another origin"},

    {"admission.in_flight_max", admission<&admission_settings::in_flight_max>, count(2, 65536),
     "Requests that each worker works on at once; those of one organisation are limited by its plan"},
    {"admission.reserved", admission<&admission_settings::reserved>, count(0, 65536),
     "Of these, how many only requests may use that complete something begun (registrations, cancellations)"},
    {"admission.waiting_max", admission<&admission_settings::waiting_max>, count(0, 65536),
     "Requests of a worker that may wait for their turn; more are refused with 503"},
    {"admission.wait", admission<&admission_settings::wait>, duration(1, minute_in_ms),
     "How long a request waits for its turn before it is refused with 503"},

    {"rate_limit.shared", rate_limit<&rate_limit_settings::shared>, choice(counters),
     "Who counts unsafe requests: each worker, or all through Redis and, without it, each worker"},
    {"rate_limit.keys_max", rate_limit<&rate_limit_settings::keys_max>, count(8, 16777216),
     "Addresses and accounts that each worker remembers, 16 bytes each"},
    {"rate_limit.reads_per_minute_per_address",
     rate_limit<&rate_limit_settings::reads_per_minute_per_address>, count(0, 10000000),
     "GET requests from one network address (IPv6: /64) in a minute; 0 is no limit"},
    {"rate_limit.writes_per_minute_per_address",
     rate_limit<&rate_limit_settings::writes_per_minute_per_address>, count(0, 10000000),
     "Other requests from one network address in a minute; 0 is no limit"},
    {"rate_limit.credentials_per_minute_per_address",
     rate_limit<&rate_limit_settings::credentials_per_minute_per_address>, count(0, 10000000),
     "Of those, what signs up, signs in or proves something without a login; 0 is no limit"},
    {"rate_limit.requests_per_minute_per_account",
     rate_limit<&rate_limit_settings::requests_per_minute_per_account>, count(0, 10000000),
     "Requests of one account in a minute; 0 is no limit"},

    {"identity.hashes_concurrent_max", identity<&identity_settings::hashes_concurrent_max>, count(1, 64),
     "Password hashes that each worker computes at once; each takes 19 MiB and a processor"},
    {"identity.hashes_waiting_max", identity<&identity_settings::hashes_waiting_max>, count(0, 4096),
     "Sign-ins of a worker that may wait for a password hash; more are refused with 503"},
    {"identity.login_lifetime", identity<&identity_settings::login_lifetime>,
     duration(minute_in_s, 400 * day_in_s), "How long a browser stays signed in"},
    {"identity.staff_idle_max", identity<&identity_settings::staff_idle_max>,
     duration(minute_in_s, 400 * day_in_s),
     "After how long without use a login of staff, managers or owners ends, known to "
     "identity.last_seen_step, "
     "which must be shorter"},
    {"identity.admin_login_lifetime", identity<&identity_settings::admin_login_lifetime>,
     duration(minute_in_s, 30 * day_in_s), "How long a platform admin stays signed in"},
    {"identity.sign_ins_per_minute_per_address",
     identity<&identity_settings::sign_ins_per_minute_per_address>, count(1, 100000),
     "Sign-in attempts from one network address in a minute; more are refused with 429"},
    {"identity.sign_ins_per_minute_per_account",
     identity<&identity_settings::sign_ins_per_minute_per_account>, count(1, 100000),
     "Sign-in attempts on one account in a minute; more are refused with 429"},
    {"identity.failures_before_delay", identity<&identity_settings::failures_before_delay>, count(1, 1000),
     "Failed sign-ins on one account without a delay; each one after them doubles the pause until the next"},
    {"identity.sign_in_delay_max", identity<&identity_settings::sign_in_delay_max>, duration(1, day_in_s),
     "Longest pause after failed sign-ins; a password that was reset ends it"},
    {"identity.failures_kept", identity<&identity_settings::failures_kept>,
     duration(minute_in_s, 30 * day_in_s),
     "How long failed sign-ins on an account count, after the last one"},
    {"identity.verification_grace", identity<&identity_settings::verification_grace>,
     duration(0, 400 * day_in_s),
     "How long a guardian may register children before the e-mail address is verified"},
    {"identity.verification_lifetime", identity<&identity_settings::verification_lifetime>,
     duration(minute_in_s, 90 * day_in_s), "How long a link works that verifies an e-mail address"},
    {"identity.password_reset_lifetime", identity<&identity_settings::password_reset_lifetime>,
     duration(minute_in_s, day_in_s), "How long a link works with which a password is chosen anew"},
    {"identity.email_change_lifetime", identity<&identity_settings::email_change_lifetime>,
     duration(minute_in_s, 30 * day_in_s), "How long a link works that confirms a new e-mail address"},
    {"identity.invitation_lifetime", identity<&identity_settings::invitation_lifetime>,
     duration(minute_in_s, 90 * day_in_s), "How long invitations of staff and of guardians work"},
    {"identity.invitations_per_tenant_max", identity<&identity_settings::invitations_per_tenant_max>,
     count(0, 100000), "Open invitations of an organisation's staff"},
    {"identity.invitations_per_household_max", identity<&identity_settings::invitations_per_household_max>,
     count(0, 100), "Open invitations of a household"},
    {"identity.account_mails_per_hour", identity<&identity_settings::account_mails_per_hour>, count(1, 1000),
     "Messages with links that anybody can have sent to one address in an hour"},
    {"identity.logins_per_account_max", identity<&identity_settings::logins_per_account_max>, count(1, 10000),
     "Browsers in which an account is signed in; one more ends the oldest login"},
    {"identity.last_seen_step", identity<&identity_settings::last_seen_step>, duration(minute_in_s, day_in_s),
     "How exactly it is known when a login was used last"},

    {"security.encryption_keys",
     security<&security_settings::encryption_keys>,
     {.min = 0, .max = 16, .secret = true, .check = problem_of_encryption_key},
     "Keys that seal fields such as secrets of second factors, each NAME:BASE64 of 32 random bytes; the "
     "first "
     "seals, all open; without one these features are refused"},
    {"security.api_key_lifetime", security<&security_settings::api_key_lifetime>,
     duration(minute_in_s, 3660 * day_in_s), "How long an API key is valid that was made without an end"},
    {"security.api_key_overlap", security<&security_settings::api_key_overlap>, duration(0, 30 * day_in_s),
     "How long the secret before goes on working after an API key was given a new one"},
    {"security.api_keys_per_tenant_max", security<&security_settings::api_keys_per_tenant_max>,
     count(0, 1000), "API keys of an organisation that are neither revoked nor over"},
    {"security.support_session_max", security<&security_settings::support_session_max>,
     duration(minute_in_s, day_in_s), "How long a support session of a platform admin may be"},
    {"security.support_code_lifetime", security<&security_settings::support_code_lifetime>,
     duration(1, hour_in_s), "How long the code may be exchanged that begins a support session"},

    {"registration.places_per_request_max", registration<&registration_settings::places_per_request_max>,
     count(1, 1000), "Places that one request may register"},
    {"registration.idempotency_key_lifetime", registration<&registration_settings::idempotency_key_lifetime>,
     duration(minute_in_s, 30 * day_in_s),
     "How long a repeated request with the same Idempotency-Key gets the first answer"},

    {"import.file_bytes_max", import <&import_settings::file_bytes_max>, size(kib, 1024 * mib),
     "Largest file that can be imported"},
    {"import.sessions_per_event_max", import <&import_settings::sessions_per_event_max>, count(1, 10000),
     "Sessions that one imported event may have"},
    {"import.horizon", import <&import_settings::horizon>, duration(day_in_s, 3660 * day_in_s),
     "How far ahead repeating events are expanded"},

    {"fastcgi.socket_directory", fastcgi<&fastcgi_settings::socket_directory>,
     checked(1, socket_directory_max, problem_of_directory),
     "Directory of the sockets that nginx connects to"},
    {"fastcgi.socket_group", fastcgi<&fastcgi_settings::socket_group>, length(0, 32),
     "Group that may connect, which is nginx's; empty is the group of the process"},
    {"fastcgi.status_socket", fastcgi<&fastcgi_settings::status_socket>,
     checked(0, socket_path_max, problem_of_optional_path),
     "Socket of the status page; empty is status.sock in the socket directory"},
    {"fastcgi.backlog", fastcgi<&fastcgi_settings::backlog>, count(1, 65535),
     "Connections that may wait to be accepted by a worker"},
    {"fastcgi.connections_max", fastcgi<&fastcgi_settings::connections_max>, count(1, 65535),
     "Open connections of each worker"},
    {"fastcgi.requests_per_connection_max", fastcgi<&fastcgi_settings::requests_per_connection_max>,
     count(1, 65535), "Requests at once on one connection"},
    {"fastcgi.params_bytes_max", fastcgi<&fastcgi_settings::params_bytes_max>, size(kib, mib),
     "Size of all FastCGI parameters of a request, which hold its headers"},
    {"fastcgi.name_bytes_max", fastcgi<&fastcgi_settings::name_bytes_max>, size(16, 64 * kib),
     "Longest name of a FastCGI parameter"},
    {"fastcgi.value_bytes_max", fastcgi<&fastcgi_settings::value_bytes_max>, size(256, mib),
     "Longest value of a FastCGI parameter"},
    {"fastcgi.read_timeout", fastcgi<&fastcgi_settings::read_timeout>, duration(100, 10 * minute_in_ms),
     "How long a peer may stall inside a request"},
    {"fastcgi.write_timeout", fastcgi<&fastcgi_settings::write_timeout>, duration(100, 10 * minute_in_ms),
     "How long a peer may take to accept a piece of its answer"},
    {"fastcgi.drain_timeout", fastcgi<&fastcgi_settings::drain_timeout>, duration(0, hour_in_ms),
     "How long a stopping worker finishes its requests before it is killed"},
    {"fastcgi.respawn_delay_max", fastcgi<&fastcgi_settings::respawn_delay_max>, duration(10, hour_in_ms),
     "Longest pause before a worker that keeps dying is started again"},
    {"fastcgi.core_dumps", fastcgi<&fastcgi_settings::core_dumps>, choice(switches),
     "Whether a process that dies may leave an image of its memory, with every secret in it"},
    {"fastcgi.metrics_address", fastcgi<&fastcgi_settings::metrics_address>,
     checked(0, 255, problem_of_address),
     "IP address and port on which the master answers /metrics besides the status socket; empty is none"},
    {"fastcgi.metrics_tenants_max", fastcgi<&fastcgi_settings::metrics_tenants_max>, count(0, 100),
     "Organisations with the most requests that /metrics lists by name; 0 is none"},
    {"fastcgi.pools", fastcgi<&fastcgi_settings::pools>, count(1, 64), "The pools of workers; see below"},

    {"jobs.concurrency", jobs<&jobs_settings::concurrency>, count(1, 1000),
     "Jobs at once in each process of a pool that serves jobs"},
    {"jobs.claim_ahead_max", jobs<&jobs_settings::claim_ahead_max>, count(0, 10000),
     "Quick jobs that a process claims before it has a place for them; 0: none"},
    {"jobs.lease", jobs<&jobs_settings::lease>, duration(1000, hour_in_ms),
     "How long a process may say nothing before others take over its jobs"},
    {"jobs.poll_interval_min", jobs<&jobs_settings::poll_interval_min>, duration(1, minute_in_ms),
     "Pause before the queue is looked at again, when it has just become empty; doubled each time"},
    {"jobs.poll_interval_max", jobs<&jobs_settings::poll_interval_max>, duration(1, hour_in_ms),
     "Longest pause between two looks into an empty queue"},
    {"outbox.batch_max", outbox<&outbox_settings::batch_max>, count(1, 10000),
     "Domain events that are published, or handed to a sink, at once"},
    {"outbox.poll_min", outbox<&outbox_settings::poll_min>, duration(1, minute_in_ms),
     "How soon a background worker looks for events again after there were some"},
    {"outbox.poll_max", outbox<&outbox_settings::poll_max>, duration(10, 10 * minute_in_ms),
     "How often it looks when there were none for a while"},
    {"outbox.lease", outbox<&outbox_settings::lease>, duration(100, hour_in_ms),
     "How long a sink waits for the process that fed it before another one may"},
    {"outbox.retry_pause_max", outbox<&outbox_settings::retry_pause_max>, duration(100, 24 * hour_in_ms),
     "Longest pause before a sink that keeps failing is tried again"},
    {"outbox.retention", outbox<&outbox_settings::retention>, duration(minute_in_s, 400 * day_in_s),
     "How long events are kept after they were published"},

    {"webhook.per_tenant_max", webhook<&webhook_settings::per_tenant_max>, count(0, 1000),
     "Webhooks that an organisation may have"},
    {"webhook.timeout", webhook<&webhook_settings::timeout>, duration(100, minute_in_ms),
     "How long a receiver may take to accept a delivery"},
    {"webhook.concurrent_max", webhook<&webhook_settings::concurrent_max>, count(1, 256),
     "Deliveries that a background worker posts at once; each takes a thread"},
    {"webhook.concurrent_per_tenant_max", webhook<&webhook_settings::concurrent_per_tenant_max>,
     count(1, 256), "Deliveries of one organisation among those that are claimed together"},
    {"webhook.poll_min", webhook<&webhook_settings::poll_min>, duration(1, minute_in_ms),
     "How soon a background worker looks for deliveries again after there were some"},
    {"webhook.poll_max", webhook<&webhook_settings::poll_max>, duration(10, 10 * minute_in_ms),
     "How often it looks when there were none for a while"},
    {"webhook.secret_overlap", webhook<&webhook_settings::secret_overlap>, duration(0, 30 * day_in_s),
     "How long a replaced secret goes on signing beside the new one"},
    {"webhook.addresses", webhook<&webhook_settings::addresses>, choice(address_ranges),
     "Where webhooks may go: any permits plain http and the own network, for tests and development"},
    {"webhook.ca_file", webhook<&webhook_settings::ca_file>, checked(0, 4096, problem_of_optional_path),
     "Certificates (PEM) that receivers are trusted by; empty is the system's"},
    {"cache.bytes_max", cache<&cache_settings::bytes_max>, size(0, 64 * 1024 * mib),
     "What each worker may remember of answers and logins; 0 remembers nothing"},
    {"cache.answer_ttl", cache<&cache_settings::answer_ttl>, duration(1, hour_in_ms),
     "How long a public answer is remembered; a change on another machine shows after this time at the "
     "latest"},
    {"cache.login_ttl", cache<&cache_settings::login_ttl>, duration(0, hour_in_ms),
     "How long it is remembered who a login belongs to; a sign-out on another machine counts after this "
     "time"},

    {"realtime.streams_max", realtime<&realtime_settings::streams_max>, count(0, 1000000),
     "Streams of each worker; three quarters of fastcgi.connections_max at most, each takes a connection"},
    {"realtime.streams_per_account_max", realtime<&realtime_settings::streams_per_account_max>,
     count(1, 10000), "Streams of one account at each worker"},
    {"realtime.streams_per_address_max", realtime<&realtime_settings::streams_per_address_max>,
     count(1, 1000000), "Streams of one client address at each worker"},
    {"realtime.topics_max", realtime<&realtime_settings::topics_max>, count(1, 200), "Topics of one stream"},
    {"realtime.backlog_max", realtime<&realtime_settings::backlog_max>, count(2, 100000),
     "Messages that may wait for a slow reader; then its stream ends and it comes back for them"},
    {"realtime.replay_max", realtime<&realtime_settings::replay_max>, count(0, 10000),
     "Events that are repeated to a client that comes back; after more it is told to load anew"},
    {"realtime.heartbeat", realtime<&realtime_settings::heartbeat>, duration(100, 5 * minute_in_ms),
     "How often a silent stream gets a sign of life"},
    {"realtime.recheck", realtime<&realtime_settings::recheck>, duration(100, hour_in_ms),
     "How soon a stream ends after its login or role did"},
    {"realtime.fanout", realtime<&realtime_settings::fanout>, choice(fanouts),
     "How workers hear that there are events: from PostgreSQL, or from Redis and, without it, PostgreSQL"},
};

constexpr auto rows = [] {
    constexpr std::size_t count = std::size(own_rows) + std::size(sign_in_by_providers::rows)
                                  + std::size(about_audit::rows) + std::size(neighbours::rows);
    std::array<setting, count> all{};
    auto end = std::copy(std::begin(own_rows), std::end(own_rows), all.begin());
    end = std::copy(std::begin(sign_in_by_providers::rows), std::end(sign_in_by_providers::rows), end);
    end = std::copy(std::begin(about_audit::rows), std::end(about_audit::rows), end);
    std::copy(std::begin(neighbours::rows), std::end(neighbours::rows), end);
    return all;
}();

} // namespace

std::span<const setting> setting_table() { return rows; }

const setting* find_setting(std::string_view key) {
    for (const auto& row : rows) {
        if (row.key == key) return &row;
    }
    return nullptr;
}

std::string environment_name(std::string_view key) {
    std::string name = "KIDEVENT_";
    for (const char c : key) {
        if (c == '.') {
            name += "__";
        } else {
            name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    return name;
}

std::string_view section_of(std::string_view key) { return key.substr(0, key.find('.')); }

} // namespace kidevent::config
