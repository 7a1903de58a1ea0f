#pragma once
// The rows of setting_table.cpp whose sections are about the programs around us: what we connect to, what we
// tell, what is told of us. Private to config/.

#include "config/setting_checks.hpp"
#include "config/setting_rules.hpp"
#include "config/setting_table.hpp"

#include <array>

namespace kidevent::config {

template<auto Section, auto Member> value_pointer in(settings& all) { return &(all.*Section.*Member); }

inline constexpr std::array<std::string_view, 2> address_ranges{"public", "any"};
inline constexpr std::array<std::string_view, 2> unencrypted_places{"local", "anywhere"};

namespace neighbours {

template<auto Member> inline constexpr auto redis = &in<&settings::redis, Member>;
template<auto Member> inline constexpr auto kafka = &in<&settings::kafka, Member>;
template<auto Member> inline constexpr auto mail = &in<&settings::mail, Member>;
template<auto Member> inline constexpr auto provider = &in<&settings::provider, Member>;
template<auto Member> inline constexpr auto notifications = &in<&settings::notifications, Member>;
template<auto Member> inline constexpr auto log = &in<&settings::log, Member>;
template<auto Member> inline constexpr auto telemetry = &in<&settings::telemetry, Member>;

inline constexpr std::array<std::string_view, 3> mail_protections{"none", "starttls", "tls"};
inline constexpr std::array<std::string_view, 4> log_levels{"debug", "info", "warn", "error"};
inline constexpr std::array<std::string_view, 2> kafka_protections{"none", "tls"};
inline constexpr std::array<std::string_view, 4> kafka_sign_ins{"none", "plain", "scram-sha-256",
                                                                "scram-sha-512"};
inline constexpr std::array<std::string_view, 3> logged_requests{"off", "errors", "all"};

inline constexpr setting rows[] = {
    {"redis.address", redis<&redis_settings::address>, checked(0, 255, problem_of_redis_address),
     "Redis, always as second level of the cache: a socket's path or HOST:PORT; empty is no Redis"},
    {"redis.unencrypted", redis<&redis_settings::unencrypted>, choice(unencrypted_places),
     "Where Redis may be, as it is asked without TLS: sockets and loopback alone, or anywhere"},
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

} // namespace neighbours
} // namespace kidevent::config
