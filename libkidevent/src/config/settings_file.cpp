#include "config/settings_file.hpp"

#include "config/pools.hpp"
#include "config/settings_draft.hpp"
#include "config/settings_environment.hpp"
#include "config/settings_yaml.hpp"
#include "core/local_host.hpp"
#include "core/time_text.hpp"

#include <unistd.h>

#include <utility>

namespace kidevent::config {
namespace {

constexpr std::size_t settings_file_bytes_max = 1048576;

settings_draft start_draft() {
    settings_draft draft;
    for (const auto& row : setting_table())
        draft.loaded.origins.emplace(row.key, "default");
    return draft;
}

void require_secrets(settings_draft& draft, needs what) {
    for (const auto& row : setting_table()) {
        if (row.required_for == needs::nothing || row.required_for != what) continue;
        // A secret that was given and refused already has its own line.
        bool reported = false;
        for (const auto& problem : draft.problems) {
            reported = reported || problem.find(": " + std::string(row.key) + ": ") != std::string::npos;
        }
        const auto& value = *std::get<std::string*>(row.at(draft.loaded.values));
        if (!value.empty() || reported) continue;
        const auto variable = environment_name(row.key);
        draft.refuse(row.key, "missing; set it in the file, in " + variable + " or in a file named by "
                                  + variable + "_FILE");
    }
}

void check_across(settings_draft& draft) {
    const auto& db = draft.loaded.values.db;
    if (db.lock_timeout > db.statement_timeout) {
        const auto where = draft.loaded.origins.at("db.lock_timeout");
        draft.refuse(where, "db.lock_timeout: must not be longer than db.statement_timeout, found "
                                + format_duration(db.lock_timeout) + " and "
                                + format_duration(db.statement_timeout));
    }
    const auto& fastcgi = draft.loaded.values.fastcgi;
    if (fastcgi.value_bytes_max > fastcgi.params_bytes_max) {
        const auto where = draft.loaded.origins.at("fastcgi.value_bytes_max");
        draft.refuse(where,
                     "fastcgi.value_bytes_max: must not be larger than fastcgi.params_bytes_max, found "
                         + format_size(fastcgi.value_bytes_max) + " and "
                         + format_size(fastcgi.params_bytes_max));
    }
    if (const auto problem = problem_of_pools(fastcgi.pools))
        draft.refuse(draft.loaded.origins.at("fastcgi.pools"), "fastcgi.pools: " + *problem);
}

// What one of them needs of the others.
void check_across_sinks(settings_draft& draft) {
    const auto& all = draft.loaded.values;
    const auto& origins = draft.loaded.origins;
    if (all.redis.address.empty() && !all.redis.events_stream.empty())
        draft.refuse(origins.at("redis.events_stream"), "redis.events_stream: needs a redis.address besides");
    if (all.redis.address.empty() && all.realtime.fanout == "redis")
        draft.refuse(origins.at("realtime.fanout"), "realtime.fanout: redis needs a redis.address besides");
    if (all.kafka.sasl == "none" ? !all.kafka.user.empty() || !all.kafka.password.empty()
                                 : all.kafka.user.empty() || all.kafka.password.empty())
        draft.refuse(origins.at("kafka.sasl"),
                     "kafka.sasl: goes together with kafka.user and kafka.password");
    if (all.kafka.sasl == "plain" && all.kafka.tls == "none")
        draft.refuse(origins.at("kafka.sasl"),
                     "kafka.sasl: plain shows the password, so it needs kafka.tls: tls");
    // Whoever feeds a sink has it for three quarters of the lease.
    const auto usable = all.outbox.lease * 3 / 4;
    if (!all.kafka.brokers.empty() && all.kafka.timeout >= usable)
        draft.refuse(origins.at("kafka.timeout"),
                     "kafka.timeout: must be shorter than three quarters of outbox.lease, found "
                         + format_duration(all.kafka.timeout) + " and " + format_duration(all.outbox.lease));
    if (!all.redis.events_stream.empty() && all.redis.events_timeout >= usable)
        draft.refuse(origins.at("redis.events_timeout"),
                     "redis.events_timeout: must be shorter than three quarters of outbox.lease, found "
                         + format_duration(all.redis.events_timeout) + " and "
                         + format_duration(all.outbox.lease));
}

void check_across_mail(settings_draft& draft) {
    const auto& mail = draft.loaded.values.mail;
    if (!mail.host.empty() && mail.from.empty())
        draft.refuse(draft.loaded.origins.at("mail.host"), "mail.host: needs a mail.from besides");
    if (mail.user.empty() != mail.password.empty())
        draft.refuse(draft.loaded.origins.at("mail.user"), "mail.user: goes together with mail.password");
}

// A password that crosses a network in the clear is not secret any more, nor is what is asked after it.
void check_unencrypted(settings_draft& draft) {
    const auto& redis = draft.loaded.values.redis;
    const auto host = std::string_view{redis.address}.substr(0, redis.address.rfind(':'));
    if (redis.address.empty() || redis.unencrypted == "anywhere" || is_local_host(host)) return;
    draft.refuse(draft.loaded.origins.at("redis.address"),
                 "redis.address: is on another machine and is asked without TLS; redis.unencrypted: anywhere "
                 "permits it");
}

void check_across_limits(settings_draft& draft) {
    const auto& all = draft.loaded.values;
    if (all.identity.staff_idle_max <= all.identity.last_seen_step)
        draft.refuse(
            draft.loaded.origins.at("identity.staff_idle_max"),
            "identity.staff_idle_max: must be longer than identity.last_seen_step, or logins end while "
            "they are used, found "
                + format_duration(all.identity.staff_idle_max) + " and "
                + format_duration(all.identity.last_seen_step));
    if (all.rate_limit.shared == "redis" && all.redis.address.empty())
        draft.refuse(draft.loaded.origins.at("rate_limit.shared"),
                     "rate_limit.shared: redis needs a redis.address besides");
}

// security.txt is of no use when it has ended, and one that never ends tells nobody that it is kept up.
void check_security_txt(settings_draft& draft) {
    const auto& http = draft.loaded.values.http;
    if (http.security_contact.empty()) return;
    const auto origin = draft.loaded.origins.at("http.security_expires");
    const auto expires = parse_rfc3339(http.security_expires);
    const auto now = clock{}.now();
    if (!expires)
        draft.refuse(origin, "http.security_expires: goes together with http.security_contact");
    else if (*expires <= now)
        draft.refuse(origin, "http.security_expires: has passed; look whether the contact still holds");
    else if (*expires > now + std::chrono::days{366})
        draft.refuse(origin, "http.security_expires: must be within a year");
}

loaded_settings finish(settings_draft draft, const environment& variables, needs what) {
    apply_environment(draft, variables);
    require_secrets(draft, what);
    check_across(draft);
    check_across_mail(draft);
    check_across_sinks(draft);
    check_unencrypted(draft);
    check_across_limits(draft);
    if (what == needs::serving) check_security_txt(draft);
    if (!draft.problems.empty()) throw settings_error(std::move(draft.problems));
    return std::move(draft.loaded);
}

} // namespace

environment process_environment() {
    environment variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals == std::string_view::npos || !text.starts_with("KIDEVENT_")) continue;
        variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

settings load_settings(const std::string& path, needs what) {
    return load_settings_with_origins(path, process_environment(), what).values;
}

settings load_settings_from_text(std::string_view yaml, std::string name, const environment& variables,
                                 needs what) {
    return load_settings_with_origins_from_text(yaml, std::move(name), variables, what).values;
}

loaded_settings load_settings_with_origins(const std::optional<std::string>& path,
                                           const environment& variables, needs what) {
    if (!path) return finish(start_draft(), variables, what);
    const auto text = read_file(*path, settings_file_bytes_max);
    if (!text) {
        throw settings_error(
            {*path + ": cannot read the settings file (it must exist, be readable and have at most "
             + format_size(settings_file_bytes_max) + ")"});
    }
    return load_settings_with_origins_from_text(*text, *path, variables, what);
}

loaded_settings load_settings_with_origins_from_text(std::string_view yaml, std::string name,
                                                     const environment& variables, needs what) {
    auto draft = start_draft();
    apply_yaml(draft, yaml, name);
    return finish(std::move(draft), variables, what);
}

} // namespace kidevent::config
