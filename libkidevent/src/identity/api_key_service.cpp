#include "identity/api_key_service.hpp"

#include "audit/audit_log.hpp"
#include "core/spans.hpp"
#include "identity/account_repository.hpp"
#include "identity/api_key_repository.hpp"
#include "telemetry/log.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <utility>

namespace kidevent::identity {

namespace {

using audit::action;

constexpr std::chrono::minutes use_step{1};
constexpr std::size_t noted_max = 10'000;

std::string subject(api_key_id id) { return audit::subject_of("api_keys", id.value); }

// A scope that is taken away from the table later is no permission any more.
permission_set permissions_in(std::string_view scopes) {
    permission_set read;
    while (!scopes.empty()) {
        const auto end = std::min(scopes.find(' '), scopes.size());
        if (const auto known = parse_permission(scopes.substr(0, end))) read.add(*known);
        scopes.remove_prefix(std::min(end + 1, scopes.size()));
    }
    return read;
}

boost::json::object told_scopes(const std::vector<std::string>& scopes) {
    boost::json::array listed;
    for (const std::string& each : scopes)
        listed.emplace_back(each);
    return {{"scopes", std::move(listed)}};
}

result<> check(const new_api_key& wanted, const actor& by, timestamp now) {
    refusal why = refuse(errc::invalid_fields);
    if (wanted.scopes.empty()) why.fields.push_back({"/scopes", "too_short", "must name a permission"});
    for (std::size_t i = 0; i < wanted.scopes.size(); ++i) {
        const auto known = parse_permission(wanted.scopes[i]);
        const std::string pointer = "/scopes/" + std::to_string(i);
        if (!known || !api_key_scopes().has(*known))
            why.fields.push_back({pointer, "not_found", "is no permission that an API key can have"});
        else if (!by.may(*known))
            why.fields.push_back({pointer, "not_allowed", "is a permission that you do not have"});
    }
    if (wanted.expires_at && *wanted.expires_at <= now)
        why.fields.push_back({"/expires_at", "out_of_range", "must lie ahead"});
    if (why.fields.empty()) return {};
    return why;
}

} // namespace

api_key_service::api_key_service(db::database& with, const security_settings& settings, const clock& now,
                                 cache::value_cache& remembered, std::chrono::milliseconds login_ttl)
    : database_(with), settings_(settings), clock_(now), remembered_(remembered), login_ttl_(login_ttl) {}

task<result<actor>> api_key_service::find_actor(const tenancy::tenant& at, std::string key) {
    const auto parsed = parse_api_key(key);
    if (!parsed) co_return refuse(errc::api_key_unknown);
    const std::string_view hash{reinterpret_cast<const char*>(parsed->hash.data()), parsed->hash.size()};
    const cache::topics depends_on{at.handle.id(), {accounts_topic}};
    const std::string known_as = cache::key_of(at.handle.id(), "api_key", hash);
    if (const auto known = remembered_.find<actor>(known_as, depends_on)) {
        note_use(at, parsed->id);
        co_return *known;
    }
    auto loading = remembered_.load(known_as, depends_on, read_key(at, *parsed));
    const cache::loaded found = co_await loading;
    if (found.is_empty()) co_return refuse(errc::api_key_unknown);
    note_use(at, parsed->id);
    co_return *found.as<actor>();
}

task<cache::loaded> api_key_service::read_key(const tenancy::tenant& at, parsed_api_key key) {
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_usable_key(batch, key);
    auto running = batch.run();
    co_await running;
    const auto owner = read_key_owner(found.rows());
    if (!owner) co_return cache::loaded{};
    const actor who{actor_parts{.acts_as = owner->acts_as,
                                .account = owner->account,
                                .household = owner->household,
                                .api_key = key.id.value,
                                .scopes = permissions_in(owner->scopes),
                                .limited_to = owner->limited_to,
                                .must_enrol = owner->must_enrol}};
    co_return cache::loaded{std::make_shared<const actor>(who), sizeof(actor),
                            std::min(login_ttl_, owner->time_left)};
}

void api_key_service::note_use(const tenancy::tenant& at, api_key_id id) {
    const timestamp now = clock_.now();
    if (noted_.size() >= noted_max) noted_.clear();
    const std::string key = to_string(at.handle.id().value) + to_string(id.value);
    const auto [noted, is_new] = noted_.try_emplace(key, now);
    if (!is_new && now - noted->second < use_step) return;
    noted->second = now;
    // It belongs to no request, and what it waits for must not take this request's spans off the thread.
    const auto request = std::exchange(request_spans::current, nullptr);
    detach(write_use(at.handle, id));
    request_spans::current = request;
}

task<> api_key_service::write_use(tenant_handle at, api_key_id id) {
    try {
        auto transaction = co_await db::tenant_transaction::begin(database_, at);
        add_note_key_use(transaction, id);
        co_await transaction.commit();
    } catch (const std::exception& failed) {
        // The next use in a minute writes it; nobody waits for this.
        log::warn("the use of an API key was not written down", {{"detail", failed.what()}});
    }
}

task<std::vector<api_key>> api_key_service::list(const tenancy::tenant& at, std::optional<api_key_id> before,
                                                 int at_most) {
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_list_api_keys(batch, before, at_most);
    auto running = batch.run();
    co_await running;
    co_return read_api_keys(found.rows());
}

task<result<api_key_with_secret>> api_key_service::create(const tenancy::tenant& at, actor by,
                                                          new_api_key wanted) {
    const auto checked = check(wanted, by, clock_.now());
    if (!checked) co_return checked.error();
    std::sort(wanted.scopes.begin(), wanted.scopes.end());
    wanted.scopes.erase(std::unique(wanted.scopes.begin(), wanted.scopes.end()), wanted.scopes.end());
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const auto counted = add_count_usable_keys(transaction);
    co_await transaction.run();
    if (counted.rows().front().get<std::int64_t>(0) >= settings_.api_keys_per_tenant_max) {
        co_await transaction.rollback();
        co_return refuse(errc::invalid_fields, "/name", "too_many",
                         "there are " + std::to_string(settings_.api_keys_per_tenant_max)
                             + " API keys already");
    }
    const api_key_id id{make_uuid()};
    secret text{make_api_key(id)};
    add_insert_api_key(transaction, id, wanted, crypto::sha256(text.reveal()), by.account(),
                       settings_.api_key_lifetime);
    audit::add_entry(transaction, by, action::api_key_created, subject(id), told_scopes(wanted.scopes));
    const auto written = add_find_api_key(transaction, id);
    co_await transaction.commit();
    co_return api_key_with_secret{read_api_keys(written.rows()).front(), std::move(text)};
}

task<result<api_key_with_secret>> api_key_service::rotate(const tenancy::tenant& at, actor by,
                                                          api_key_id id) {
    secret text{make_api_key(id)};
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const auto rotated =
        add_rotate_api_key(transaction, id, crypto::sha256(text.reveal()), settings_.api_key_overlap);
    co_await transaction.run();
    if (rotated.rows().empty()) {
        co_await transaction.rollback();
        co_return refuse(errc::not_found);
    }
    // What was remembered of the secret before now ends sooner.
    add_forget_logins(transaction);
    audit::add_entry(transaction, by, action::api_key_rotated, subject(id));
    const auto written = add_find_api_key(transaction, id);
    co_await transaction.commit();
    co_return api_key_with_secret{read_api_keys(written.rows()).front(), std::move(text)};
}

task<result<>> api_key_service::revoke(const tenancy::tenant& at, actor by, api_key_id id) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const auto revoked = add_revoke_api_key(transaction, id, by.account());
    const auto found = add_find_api_key(transaction, id);
    co_await transaction.run();
    if (found.rows().empty()) {
        co_await transaction.rollback();
        co_return refuse(errc::not_found);
    }
    if (!revoked.rows().empty()) audit::add_entry(transaction, by, action::api_key_revoked, subject(id));
    co_await transaction.commit();
    co_return result<>{};
}

} // namespace kidevent::identity
