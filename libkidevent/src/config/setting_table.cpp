#include "config/setting_table.hpp"

#include "config/setting_checks.hpp"
#include "config/setting_rules.hpp"

#include <array>

namespace kidevent::config {
namespace {

template<auto Section, auto Member> value_pointer in(settings& all) { return &(all.*Section.*Member); }

template<auto Member> constexpr auto db = &in<&settings::db, Member>;
template<auto Member> constexpr auto http = &in<&settings::http, Member>;
template<auto Member> constexpr auto admission = &in<&settings::admission, Member>;
template<auto Member> constexpr auto identity = &in<&settings::identity, Member>;
template<auto Member> constexpr auto registration = &in<&settings::registration, Member>;
template<auto Member> constexpr auto import = &in<&settings::import, Member>;
template<auto Member> constexpr auto fastcgi = &in<&settings::fastcgi, Member>;
template<auto Member> constexpr auto jobs = &in<&settings::jobs, Member>;
template<auto Member> constexpr auto outbox = &in<&settings::outbox, Member>;
template<auto Member> constexpr auto webhook = &in<&settings::webhook, Member>;
template<auto Member> constexpr auto cache = &in<&settings::cache, Member>;
template<auto Member> constexpr auto realtime = &in<&settings::realtime, Member>;
template<auto Member> constexpr auto redis = &in<&settings::redis, Member>;
template<auto Member> constexpr auto kafka = &in<&settings::kafka, Member>;
template<auto Member> constexpr auto mail = &in<&settings::mail, Member>;
template<auto Member> constexpr auto provider = &in<&settings::provider, Member>;
template<auto Member> constexpr auto notifications = &in<&settings::notifications, Member>;
template<auto Member> constexpr auto log = &in<&settings::log, Member>;
template<auto Member> constexpr auto telemetry = &in<&settings::telemetry, Member>;

constexpr std::array<std::string_view, 2> schemes{"http", "https"};
constexpr std::array<std::string_view, 2> address_ranges{"public", "any"};
constexpr std::array<std::string_view, 3> mail_protections{"none", "starttls", "tls"};
constexpr std::array<std::string_view, 4> log_levels{"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> fanouts{"postgres", "redis"};
constexpr std::array<std::string_view, 2> kafka_protections{"none", "tls"};
constexpr std::array<std::string_view, 4> kafka_sign_ins{"none", "plain", "scram-sha-256", "scram-sha-512"};
constexpr std::array<std::string_view, 3> logged_requests{"off", "errors", "all"};

constexpr setting rows[] = {
    {"db.host", db<&database_settings::host>, length(1, 255),
     "Where PostgreSQL listens: a directory (unix socket) or a host name"},
    {"db.port", db<&database_settings::port>, count(1, 65535),
     "Port of PostgreSQL, also part of its socket's name"},
    {"db.name", db<&database_settings::name>, length(1, 63), "Name of the database"},
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

    {"http.base_domain", http<&http_settings::base_domain>, checked(1, 189, problem_of_domain),
     "Tenants answer on SLUG.BASE_DOMAIN, the platform on admin.BASE_DOMAIN"},
    {"http.scheme", http<&http_settings::scheme>, choice(schemes),
     "Scheme that browsers use; http is for development, where cookies cannot be marked Secure"},
    {"http.public_port", http<&http_settings::public_port>, count(1, 65535), "Port that browsers use"},
    {"http.signing_key", http<&http_settings::signing_key>, secret(32, 1024),
     "Key that signs page cursors; random, the same on all hosts", needs::serving},
    {"http.body_bytes_max", http<&http_settings::body_bytes_max>, size(kib, 64 * mib),
     "Largest body of a request; larger ones are refused with 413"},
    {"http.json_depth_max", http<&http_settings::json_depth_max>, count(2, 64),
     "How deep the JSON of a request may nest"},
    {"http.request_timeout", http<&http_settings::request_timeout>, duration(100, 10 * minute_in_ms),
     "How long a request may take before it is answered with 503"},

    {"admission.in_flight_max", admission<&admission_settings::in_flight_max>, count(2, 65536),
     "Requests that each worker works on at once; those of one organisation are limited by its plan"},
    {"admission.reserved", admission<&admission_settings::reserved>, count(0, 65536),
     "Of these, how many only requests may use that complete something begun (registrations, cancellations)"},
    {"admission.waiting_max", admission<&admission_settings::waiting_max>, count(0, 65536),
     "Requests of a worker that may wait for their turn; more are refused with 503"},
    {"admission.wait", admission<&admission_settings::wait>, duration(1, minute_in_ms),
     "How long a request waits for its turn before it is refused with 503"},

    {"identity.hashes_concurrent_max", identity<&identity_settings::hashes_concurrent_max>, count(1, 64),
     "Password hashes that each worker computes at once; each takes 19 MiB and a processor"},
    {"identity.hashes_waiting_max", identity<&identity_settings::hashes_waiting_max>, count(0, 4096),
     "Sign-ins of a worker that may wait for a password hash; more are refused with 503"},
    {"identity.login_lifetime", identity<&identity_settings::login_lifetime>,
     duration(minute_in_s, 400 * day_in_s), "How long a browser stays signed in"},
    {"identity.sign_ins_per_minute_per_address",
     identity<&identity_settings::sign_ins_per_minute_per_address>, count(1, 100000),
     "Sign-in attempts from one network address in a minute; more are refused with 429"},
    {"identity.sign_ins_per_minute_per_account",
     identity<&identity_settings::sign_ins_per_minute_per_account>, count(1, 100000),
     "Sign-in attempts on one account in a minute; more are refused with 429"},

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
    {"fastcgi.metrics_address", fastcgi<&fastcgi_settings::metrics_address>,
     checked(0, 255, problem_of_address),
     "IP address and port on which the master answers /metrics besides the status socket; empty is none"},
    {"fastcgi.metrics_tenants_max", fastcgi<&fastcgi_settings::metrics_tenants_max>, count(0, 100),
     "Organisations with the most requests that /metrics lists by name; 0 is none"},
    {"fastcgi.pools", fastcgi<&fastcgi_settings::pools>, count(1, 64), "The pools of workers; see below"},

    {"jobs.concurrency", jobs<&jobs_settings::concurrency>, count(1, 1000),
     "Jobs at once in each process of a pool that serves jobs"},
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

    {"redis.address", redis<&redis_settings::address>, checked(0, 255, problem_of_redis_address),
     "Redis, always as second level of the cache: a socket's path or HOST:PORT; empty is no Redis"},
    {"redis.username", redis<&redis_settings::username>, length(0, 255),
     "User that signs in to Redis; empty is its default user"},
    {"redis.password", redis<&redis_settings::password>, secret(0, 1024), "Password of that user"},
    {"redis.database", redis<&redis_settings::database>, count(0, 1023), "Number of the database in Redis"},
    {"redis.connect_timeout", redis<&redis_settings::connect_timeout>, duration(1, minute_in_ms),
     "How long connecting to Redis may take"},
    {"redis.command_timeout", redis<&redis_settings::command_timeout>, duration(1, minute_in_ms),
     "How long Redis may take to answer before it is given up and PostgreSQL is asked"},
    {"redis.commands_in_flight_max", redis<&redis_settings::commands_in_flight_max>, count(1, 65536),
     "Commands of a worker that may wait for Redis; those beyond do without it"},
    {"redis.events_stream", redis<&redis_settings::events_stream>, length(0, 255),
     "Key of the stream that domain events are added to, as in kidevent:events; empty is none"},
    {"redis.events_kept", redis<&redis_settings::events_kept>, count(1000, 1000000000),
     "Events that the stream keeps, about; older ones are removed"},
    {"redis.events_timeout", redis<&redis_settings::events_timeout>, duration(10, minute_in_ms),
     "How long Redis may take for one batch of events before it is sent again later"},

    {"kafka.brokers", kafka<&kafka_settings::brokers>, checked(0, 1024, problem_of_brokers),
     "Kafka, which gets the domain events: HOST:PORT of some brokers, with commas; empty is no Kafka"},
    {"kafka.topic", kafka<&kafka_settings::topic>, checked(1, 249, problem_of_topic),
     "Topic that they go to"},
    {"kafka.tls", kafka<&kafka_settings::tls>, choice(kafka_protections), "Whether brokers are asked by TLS"},
    {"kafka.ca_file", kafka<&kafka_settings::ca_file>, checked(0, 4096, problem_of_optional_path),
     "Certificates (PEM) that brokers are trusted by; empty is the system's"},
    {"kafka.sasl", kafka<&kafka_settings::sasl>, choice(kafka_sign_ins), "How we sign in to the brokers"},
    {"kafka.user", kafka<&kafka_settings::user>, length(0, 255), "User that signs in"},
    {"kafka.password", kafka<&kafka_settings::password>, secret(0, 1024), "Password of that user"},
    {"kafka.batch_bytes_max", kafka<&kafka_settings::batch_bytes_max>, size(64 * kib, 1024 * mib),
     "Events that wait for the brokers at once, by size"},
    {"kafka.connect_timeout", kafka<&kafka_settings::connect_timeout>, duration(1000, minute_in_ms),
     "How long connecting to a broker may take"},
    {"kafka.timeout", kafka<&kafka_settings::timeout>, duration(1000, 5 * minute_in_ms),
     "How long the brokers may take to confirm a batch of events before it is sent again later"},

    {"mail.host", mail<&mail_settings::host>, length(0, 255),
     "Relay that takes our e-mail (SMTP), a name or an address; empty is none, and no e-mail is sent"},
    {"mail.port", mail<&mail_settings::port>, count(1, 65535), "Its port"},
    {"mail.tls", mail<&mail_settings::tls>, choice(mail_protections),
     "starttls: encrypted before anything is said, or not sent; tls: from the first byte on; none: never"},
    {"mail.user", mail<&mail_settings::user>, length(0, 255),
     "User that signs in to it; empty is no sign-in"},
    {"mail.password", mail<&mail_settings::password>, secret(0, 1024),
     "Password of that user; sent inside TLS, or to the own machine, only"},
    {"mail.from", mail<&mail_settings::from>, checked(0, 254, problem_of_mailbox),
     "Sender of messages that name no other one, an address without a name; bounces go there"},
    {"mail.hello_name", mail<&mail_settings::hello_name>, checked(0, 189, problem_of_optional_domain),
     "How we call ourselves in EHLO; empty is the machine's name"},
    {"mail.ca_file", mail<&mail_settings::ca_file>, checked(0, 4096, problem_of_optional_path),
     "Certificates (PEM) that the relay is trusted by; empty is the system's"},
    {"mail.connections_max", mail<&mail_settings::connections_max>, count(1, 64),
     "Connections of a background worker to the relay; each takes a thread"},
    {"mail.waiting_max", mail<&mail_settings::waiting_max>, count(1, 4096),
     "Messages that may wait for one of them; those beyond are tried again later"},
    {"mail.messages_per_connection_max", mail<&mail_settings::messages_per_connection_max>, count(1, 10000),
     "Messages after which a connection is replaced"},
    {"mail.message_bytes_max", mail<&mail_settings::message_bytes_max>, size(kib, 64 * mib),
     "Largest e-mail that is sent"},
    {"mail.idle_timeout", mail<&mail_settings::idle_timeout>, duration(0, 10 * minute_in_ms),
     "A connection that was not used for this long is replaced"},
    {"mail.connect_timeout", mail<&mail_settings::connect_timeout>, duration(1, 5 * minute_in_ms),
     "How long connecting to one address of the relay may take"},
    {"mail.timeout", mail<&mail_settings::timeout>, duration(100, 10 * minute_in_ms),
     "How long the relay may take for one e-mail, connecting and signing in included"},

    {"provider.sms_url", provider<&provider_settings::sms_url>, checked(0, 1024, problem_of_url),
     "Where text messages are posted to; empty is nowhere, and none are sent"},
    {"provider.push_url", provider<&provider_settings::push_url>, checked(0, 1024, problem_of_url),
     "Where pushes are posted to; empty is nowhere, and none are sent"},
    {"provider.token",
     provider<&provider_settings::token>,
     {.min = 0, .max = 4096, .secret = true, .check = problem_of_token},
     "Bearer token of both requests; empty sends none"},
    {"provider.concurrent_max", provider<&provider_settings::concurrent_max>, count(1, 256),
     "Requests of a background worker to each of both at once; each takes a thread"},
    {"provider.waiting_max", provider<&provider_settings::waiting_max>, count(1, 4096),
     "Messages that may wait for one of them; those beyond are tried again later"},
    {"provider.timeout", provider<&provider_settings::timeout>, duration(100, 5 * minute_in_ms),
     "How long the provider may take for one message"},
    {"provider.addresses", provider<&provider_settings::addresses>, choice(address_ranges),
     "Where the provider may be: any permits plain http and the own network"},
    {"provider.ca_file", provider<&provider_settings::ca_file>, checked(0, 4096, problem_of_optional_path),
     "Certificates (PEM) that the provider is trusted by; empty is the system's"},

    {"notifications.give_up_after", notifications<&notification_settings::give_up_after>,
     duration(minute_in_s, 14 * day_in_s),
     "How long a message that cannot be sent is tried; what happened longer ago is told to nobody any more"},
    {"notifications.retention", notifications<&notification_settings::retention>,
     duration(14 * day_in_s, 3660 * day_in_s), "How long it is kept what was sent to whom and when"},
    {"notifications.batch_max", notifications<&notification_settings::batch_max>, count(1, 10000),
     "Messages that one statement plans or deletes"},
    {"notifications.bounces_max", notifications<&notification_settings::bounces_max>, count(1, 100),
     "Rejections of an address before nothing is sent to it any more"},
    {"notifications.bounces_unknown_max", notifications<&notification_settings::bounces_unknown_max>,
     count(1, 100), "The same when the other side says that there is no such mailbox (5.1.x)"},
    {"notifications.quiet_from", notifications<&notification_settings::quiet_from>,
     checked(5, 5, problem_of_time_of_day),
     "When the quiet time begins at an organisation that has not chosen, in its time zone"},
    {"notifications.quiet_until", notifications<&notification_settings::quiet_until>,
     checked(5, 5, problem_of_time_of_day),
     "When it ends: reminders, digests, text messages and pushes wait until then; the same: no quiet time"},
    {"notifications.digest_at", notifications<&notification_settings::digest_at>,
     checked(5, 5, problem_of_time_of_day),
     "When digests are sent at an organisation that has not chosen, in its time zone"},
    {"notifications.reminder_before", notifications<&notification_settings::reminder_before>,
     duration(0, 30 * day_in_s),
     "How long before a session its reminder is sent at an organisation that has not chosen; 0 is never"},

    {"log.level", log<&log_settings::level>, choice(log_levels), "Lines below this level are not written"},
    {"log.requests", log<&log_settings::requests>, choice(logged_requests),
     "Which requests get a line of their own, without personal data; errors are statuses from 500"},
    {"log.slow_request", log<&log_settings::slow_request>, duration(0, hour_in_ms),
     "A request that takes longer is logged with what it waited for; 0 switches it off"},

    {"telemetry.traces_url", telemetry<&telemetry_settings::traces_url>, checked(0, 1024, problem_of_url),
     "Where spans are sent (OTLP/HTTP with JSON), as in http://127.0.0.1:4318/v1/traces; empty is nowhere"},
    {"telemetry.traces_per_thousand", telemetry<&telemetry_settings::traces_per_thousand>, count(0, 1000),
     "Of 1000 requests without a traceparent, how many are traced; one that comes with it decides"},
    {"telemetry.sentry_dsn", telemetry<&telemetry_settings::sentry_dsn>, checked(0, 1024, problem_of_url),
     "Where reports of our own errors are sent (a Sentry DSN); empty is nowhere"},
    {"telemetry.environment", telemetry<&telemetry_settings::environment>, length(1, 64),
     "Name of this installation in spans and error reports"},
    {"telemetry.disk_directory", telemetry<&telemetry_settings::disk_directory>,
     checked(0, 1024, problem_of_optional_path),
     "A directory on the file system whose free space /readyz looks at; empty is none"},
    {"telemetry.disk_bytes_free_min", telemetry<&telemetry_settings::disk_bytes_free_min>,
     size(mib, 1024 * 1024 * mib), "Below this much free space /readyz fails"},
};

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
