#pragma once
// Every setting of an installation, with its default. The table in src/config/setting_table.cpp
// names each of them (key, unit, range, meaning); a member that is missing there fails a test.
// Durations and sizes carry their unit in the type or in the name.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace kidevent {

struct database_settings {
    std::string host = "/run/postgresql"; // a directory (unix socket) or a host name
    std::int64_t port = 5432;
    std::string name = "kidevent";
    // Where it is spoken to without TLS: "local" (sockets, loopback; elsewhere its certificate is checked),
    // or "anywhere".
    std::string unencrypted = "local";
    std::string ca_file;                 // certificates to trust; "": the system's
    std::string app_password;            // secret; role kidevent_app
    std::string router_password;         // secret; role kidevent_router
    std::string platform_password;       // secret; role kidevent_platform
    std::string jobs_password;           // secret; role kidevent_jobs
    std::string migrator_password;       // secret; role kidevent_migrator, used by `kidevent migrate` only
    std::int64_t lanes = 2;              // shared read connections per worker
    std::int64_t lane_batches_max = 256; // batches in flight on one lane before requests are refused
    std::int64_t lane_shared_max = 16;   // batches of one tenant that share a transaction on a busy lane
    std::int64_t pool_size_max = 8;      // leased connections per worker
    std::int64_t pool_waiting_max = 256; // requests that may wait for a leased connection
    std::chrono::milliseconds pool_wait{2000};
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds statement_timeout{5000};
    std::chrono::milliseconds lock_timeout{3000};
    std::chrono::milliseconds idle_in_transaction_timeout{10000};
    std::chrono::milliseconds work_notify_interval{5}; // between two hints that there is background work
};

struct http_settings {
    std::string base_domain = "localhost"; // tenants answer on SLUG.<base_domain>
    std::string scheme = "https";          // of the canonical origin: "https", or "http" for development
    std::int64_t public_port = 443;        // of the canonical origin
    std::string signing_key;               // secret; 32 bytes or more, signs cursors and links in messages
    std::vector<std::string> other_signing_keys; // secret; believed beside it: the one before, or the next
    std::int64_t body_bytes_max = 1048576;
    std::int64_t json_depth_max = 16;
    std::chrono::milliseconds request_timeout{15000};
    std::string security_contact; // "mailto:.." or "https://.." of security.txt; "": there is none
    std::string security_expires; // when security.txt ends, e.g. "2027-03-31T00:00:00Z"; within a year
    std::string change_password_path = "/account/password"; // of the web application
    std::int64_t cors_origins_max = 20;                     // of one tenant
    std::chrono::seconds cors_max_age{600};                 // of the answer to a preflight
};

// How often one address or account may ask; 0: as often as it likes. What a tenant may ask is in its plan.
struct rate_limit_settings {
    std::string shared = "process"; // "process", or "redis": unsafe requests are counted together
    std::int64_t keys_max = 65536;  // addresses and accounts that a worker remembers (16 bytes each)
    std::int64_t reads_per_minute_per_address = 3000;
    std::int64_t writes_per_minute_per_address = 600;
    std::int64_t credentials_per_minute_per_address = 120; // signing up, signing in and their like
    std::int64_t requests_per_minute_per_account = 1200;
};

// How many requests a worker works on at once; what a tenant may take of that stands in its plan.
struct admission_settings {
    std::int64_t in_flight_max = 64; // requests at once per worker
    std::int64_t reserved = 8;       // of those, kept for what completes something begun
    std::int64_t waiting_max = 512;  // requests that may wait; more are refused with 503
    std::chrono::milliseconds wait{3000};
};

struct identity_settings {
    std::int64_t hashes_concurrent_max = 2; // argon2id computations at once per worker (19 MiB each)
    std::int64_t hashes_waiting_max = 64;   // sign-ins that may wait for one of them
    std::chrono::seconds login_lifetime{14 * 24 * 3600};
    std::chrono::seconds staff_idle_max{12 * 3600};       // after which an unused login of staff is over
    std::chrono::seconds admin_login_lifetime{12 * 3600}; // of a platform admin
    std::int64_t sign_ins_per_minute_per_address = 30;
    std::int64_t sign_ins_per_minute_per_account = 10;
    // Failed sign-ins that cost nothing; each one after them doubles the delay until the next try.
    std::int64_t failures_before_delay = 5;
    std::chrono::seconds sign_in_delay_max{900};
    std::chrono::seconds failures_kept{24 * 3600};             // after the last one they are forgotten
    std::chrono::seconds verification_grace{7 * 24 * 3600};    // until an unverified account may not register
    std::chrono::seconds verification_lifetime{7 * 24 * 3600}; // of the link that verifies an address
    std::chrono::seconds password_reset_lifetime{3600};
    std::chrono::seconds email_change_lifetime{24 * 3600};
    std::chrono::seconds invitation_lifetime{7 * 24 * 3600};
    std::int64_t invitations_per_tenant_max = 200;  // open ones of staff
    std::int64_t invitations_per_household_max = 3; // open ones of guardians
    std::int64_t account_mails_per_hour = 5;        // that one address can be made to get
    std::int64_t logins_per_account_max = 50;       // one more ends the oldest
    std::chrono::seconds last_seen_step{3600};      // how exactly it is known when a login was used last
};

// Second factors, API keys, support access; see docs/second-factor.md and its neighbours.
struct security_settings {
    std::vector<std::string> encryption_keys; // secret; each "name:base64 of 32 bytes", the first one seals
    std::chrono::seconds api_key_lifetime{365 * 24 * 3600}; // of a key that is made without an end
    std::chrono::seconds api_key_overlap{24 * 3600};        // of the secret before after a rotation
    std::int64_t api_keys_per_tenant_max = 50;
    std::chrono::seconds support_session_max{4 * 3600};
    std::chrono::seconds support_code_lifetime{120};
};

// Sign-in by identity providers that organisations connect; see docs/oidc.md.
struct oidc_settings {
    std::int64_t providers_per_tenant_max = 10;
    std::chrono::milliseconds timeout{8000}; // of all that one step of a sign-in asks of a provider
    std::int64_t concurrent_max = 4;         // steps at once per worker; each takes a thread
    std::int64_t concurrent_per_tenant_max = 2;
    std::int64_t waiting_max = 64;          // steps that may wait for a thread
    std::int64_t answer_bytes_max = 262144; // of one answer of a provider
    std::chrono::milliseconds discovery_ttl{3600000};
    std::chrono::milliseconds keys_ttl{3600000};
    std::chrono::milliseconds keys_refresh_pause{10000}; // between two that unknown keys bring about
    std::chrono::seconds attempt_lifetime{600};          // from the way to the provider to the way back
    std::int64_t attempts_per_minute_per_address = 30;
    std::chrono::seconds clock_skew{30};
    std::string addresses = "public"; // "any" permits our own network and plain http
    std::string ca_file;              // certificates to trust; "" = the system's
};

// The log of who did what; see docs/audit.md.
struct audit_settings {
    std::vector<std::string> signing_keys; // secret; the first one signs heads of chains, all are believed
    std::chrono::seconds retention{1826 * 24 * 3600}; // of sealed entries: five years
    std::int64_t denied_per_minute_max = 60;          // refusals kept of one tenant and minute
    std::int64_t batch_max = 500;                     // entries that are sealed or removed at once
    std::chrono::milliseconds poll_min{20};           // how soon is looked again after there was something
    std::chrono::milliseconds poll_max{1000};         // and after there was nothing for a while
};

struct registration_settings {
    std::int64_t places_per_request_max = 50;
    std::chrono::seconds idempotency_key_lifetime{24 * 3600};
};

struct import_settings {
    std::int64_t file_bytes_max = 16777216;
    std::int64_t sessions_per_event_max = 500;
    std::chrono::seconds horizon{2 * 366 * 24 * 3600}; // repeating events are expanded this far ahead
};

// One pool of FastCGI workers, in php-fpm's vocabulary.
struct pool_settings {
    std::string name = "web";
    std::int64_t processes = 0; // 0 = one per processor
    std::vector<std::string> services{"all"};
};

struct fastcgi_settings {
    std::string socket_directory = "/run/kidevent/fcgi";
    std::string socket_group;  // group of nginx; "" = the process's own group
    std::string status_socket; // unix socket of the status page; "" = <socket_directory>/status.sock
    std::int64_t backlog = 512;
    std::int64_t connections_max = 1024;           // per worker
    std::int64_t requests_per_connection_max = 64; // multiplexed at once on one connection
    std::int64_t params_bytes_max = 65536;
    std::int64_t name_bytes_max = 256;
    std::int64_t value_bytes_max = 16384;
    std::chrono::milliseconds read_timeout{10000};  // a peer that stalls inside a request
    std::chrono::milliseconds write_timeout{30000}; // a peer that does not take its answer
    std::chrono::milliseconds drain_timeout{30000};
    std::chrono::milliseconds respawn_delay_max{30000};
    std::string core_dumps = "off";        // "off": a process that dies leaves no image of its memory
    std::string metrics_address;           // "address:port" on which /metrics also answers; "" = nowhere
    std::int64_t metrics_tenants_max = 20; // tenants with the most requests that /metrics lists
    std::vector<pool_settings> pools{pool_settings{}, pool_settings{"jobs", 1, {"jobs"}}};
};

struct jobs_settings {
    std::int64_t concurrency = 16;      // jobs at once in each process that runs jobs
    std::int64_t claim_ahead_max = 200; // quick jobs that a process claims before it has a place for them
    // A job whose process says nothing for this long is another's to run. Extended three times as often.
    std::chrono::milliseconds lease{30000};
    std::chrono::milliseconds poll_interval_min{20};   // after the queue was found empty, ..
    std::chrono::milliseconds poll_interval_max{1000}; // .. doubled up to this
};

struct outbox_settings {
    std::int64_t batch_max = 100;             // events that are published or handed to a sink at once
    std::chrono::milliseconds poll_min{20};   // how soon is looked again after there was something
    std::chrono::milliseconds poll_max{1000}; // and after there was nothing for a while
    std::chrono::milliseconds lease{30000};   // how long a process keeps a sink that it stopped feeding
    std::chrono::milliseconds retry_pause_max{300000};
    std::chrono::seconds retention{7 * 24 * 3600}; // of published events
};

struct webhook_settings {
    std::int64_t per_tenant_max = 20;
    std::chrono::milliseconds timeout{15000};   // of one delivery
    std::int64_t concurrent_max = 8;            // deliveries at once, of one process
    std::int64_t concurrent_per_tenant_max = 4; // of them for one tenant, among those claimed together
    std::chrono::milliseconds poll_min{20};
    std::chrono::milliseconds poll_max{1000};
    std::chrono::seconds secret_overlap{24 * 3600};
    std::string addresses = "public"; // "any" permits our own network and plain http
    std::string ca_file;              // certificates to trust; "" = the system's
};

// What a worker remembers of answers, so that it need not ask PostgreSQL again; see docs/cache.md.
struct cache_settings {
    std::int64_t bytes_max = 33554432;          // per worker; 0: nothing is remembered
    std::chrono::milliseconds answer_ttl{2000}; // public answers: how old a change on another machine may get
    std::chrono::milliseconds login_ttl{5000};  // who a login belongs to; 0: asked for with each request
};

// Streams of changes to browsers; see docs/realtime.md.
struct realtime_settings {
    std::int64_t streams_max = 10000;          // per worker, within three quarters of fastcgi.connections_max
    std::int64_t streams_per_account_max = 10; // of those
    std::int64_t streams_per_address_max = 200; // of those
    std::int64_t topics_max = 20;               // of one stream
    std::int64_t backlog_max = 256;             // messages that wait for a reader before it is sent away
    std::int64_t replay_max = 500;              // events that are repeated to a client that comes back
    std::chrono::milliseconds heartbeat{15000};
    std::chrono::milliseconds recheck{60000}; // of the login
    std::string fanout = "postgres";          // how workers hear of events: "postgres" or "redis"
};

struct redis_settings {
    std::string address;               // a unix socket's path, or host:port; "": there is no Redis
    std::string unencrypted = "local"; // where it may be; there is no TLS: "local", or "anywhere"
    std::string username;              // "": the user "default"
    std::string password;              // secret; "": none is sent
    std::int64_t database = 0;         // its number
    std::chrono::milliseconds connect_timeout{1000};
    std::chrono::milliseconds command_timeout{100};
    std::int64_t commands_in_flight_max = 1024;     // per worker; more go unanswered
    std::string events_stream;                      // key of the stream that events are added to; "": none
    std::int64_t events_kept = 1000000;             // of its entries, about
    std::chrono::milliseconds events_timeout{5000}; // for one batch of events
};

// Where events go besides; see docs/sinks.md.
struct kafka_settings {
    std::string brokers; // HOST:PORT, separated by commas; "": there is no Kafka
    std::string topic = "kidevent.events";
    std::string tls = "none";                // none, tls
    std::string ca_file;                     // certificates to trust; "": the system's
    std::string sasl = "none";               // none, plain, scram-sha-256, scram-sha-512
    std::string user;                        // of SASL
    std::string password;                    // secret
    std::int64_t batch_bytes_max = 16777216; // of the events that are handed over at once
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds timeout{15000}; // for one batch, until the brokers have confirmed it
};

// The mail relay that messages are handed to; see docs/notifications.md.
struct mail_settings {
    std::string host; // "": no e-mail is sent
    std::int64_t port = 587;
    std::string tls = "starttls"; // none, starttls (nothing is sent without it), tls (from the first byte on)
    std::string user;             // "": no sign-in
    std::string password;         // secret; only ever sent inside TLS, or to the own machine
    std::string from;             // mailbox of messages that do not say who they are from
    std::string hello_name;       // how we call ourselves; "": the machine's name
    std::string ca_file;          // certificates to trust; "": the system's
    std::int64_t connections_max = 2; // per process that sends; each takes a thread
    std::int64_t waiting_max = 64;    // messages that may wait for one of them
    std::int64_t messages_per_connection_max = 100;
    std::int64_t message_bytes_max = 1048576;
    std::chrono::milliseconds idle_timeout{30000}; // a connection unused for this long is not used again
    std::chrono::milliseconds connect_timeout{10000};
    std::chrono::milliseconds timeout{60000}; // of one message, with connecting
};

// The provider of text messages and pushes.
struct provider_settings {
    std::string sms_url;             // "": no text messages
    std::string push_url;            // "": no pushes
    std::string token;               // secret; "": requests carry none
    std::int64_t concurrent_max = 4; // requests at once, each takes a thread
    std::int64_t waiting_max = 64;   // messages that may wait for one of them
    std::chrono::milliseconds timeout{15000};
    std::string addresses = "public"; // "any" permits our own network and plain http
    std::string ca_file;              // certificates to trust; "": the system's
};

// What people are told, and when; the ways out are mail and provider. See docs/notifications.md.
struct notification_settings {
    // What could not be sent for this long is given up; older events tell nobody anything any more.
    std::chrono::seconds give_up_after{48 * 3600};
    std::chrono::seconds retention{180 * 24 * 3600}; // of the delivery log
    std::int64_t batch_max = 500;                    // messages that one statement plans or deletes
    std::int64_t bounces_max = 3;         // rejections of an address before nothing more is sent to it
    std::int64_t bounces_unknown_max = 1; // the same when the mailbox does not exist (5.1.x)
    // What holds for an organisation that has not chosen. Times of day are HH:MM in its time zone.
    std::string quiet_from = "21:00";
    std::string quiet_until = "07:00"; // the same as quiet_from: no quiet time
    std::string digest_at = "18:00";
    std::chrono::seconds reminder_before{24 * 3600}; // 0: no reminder
};

struct log_settings {
    std::string level = "info";   // debug, info, warn, error
    std::string requests = "off"; // off, errors, all: a line for each request
    std::chrono::milliseconds slow_request{
        2000}; // a request that takes longer is logged with its spans; 0 = none
};

struct telemetry_settings {
    std::string traces_url;                // OTLP/HTTP, e.g. "http://127.0.0.1:4318/v1/traces"; "" = off
    std::int64_t traces_per_thousand = 10; // of requests that come without a decision about it
    std::string sentry_dsn;                // where error reports go; "" = nowhere
    std::string environment = "production";
    std::string disk_directory; // /readyz fails when its file system runs full; "" = not looked at
    std::int64_t disk_bytes_free_min = 1073741824;
};

struct settings {
    database_settings db;
    http_settings http;
    admission_settings admission;
    rate_limit_settings rate_limit;
    identity_settings identity;
    oidc_settings oidc;
    security_settings security;
    audit_settings audit;
    registration_settings registration;
    import_settings import;
    fastcgi_settings fastcgi;
    jobs_settings jobs;
    outbox_settings outbox;
    webhook_settings webhook;
    cache_settings cache;
    realtime_settings realtime;
    redis_settings redis;
    kafka_settings kafka;
    mail_settings mail;
    provider_settings provider;
    notification_settings notifications;
    log_settings log;
    telemetry_settings telemetry;
};

} // namespace kidevent
