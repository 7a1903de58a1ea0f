#include "identity/support_service.hpp"

#include "audit/audit_log.hpp"
#include "crypto/token.hpp"
#include "identity/account_repository.hpp"
#include "identity/support_repository.hpp"

#include <algorithm>

namespace kidevent::identity {

namespace {

using audit::action;

std::string subject(support_session_id id) { return audit::subject_of("support_sessions", id.value); }

constexpr std::size_t token_bytes = support_token_prefix.size() + crypto::token_length;

result<> check(const new_support_session& wanted, std::chrono::seconds longest) {
    refusal why = refuse(errc::invalid_fields);
    if (wanted.reason.find_first_not_of(" \t\n") == wanted.reason.npos)
        why.fields.push_back({"/reason", "too_short", "must say why"});
    if (wanted.length.count() < 1 || wanted.length > longest)
        why.fields.push_back(
            {"/minutes", "out_of_range",
             "must be 1 to "
                 + std::to_string(std::chrono::duration_cast<std::chrono::minutes>(longest).count())});
    if (why.fields.empty()) return {};
    return why;
}

} // namespace

support_service::support_service(db::database& with, const security_settings& settings,
                                 cache::value_cache& remembered, std::chrono::milliseconds login_ttl)
    : database_(with), settings_(settings), remembered_(remembered), login_ttl_(login_ttl) {}

task<result<opened_support_session>> support_service::open(const tenancy::tenant& at, actor by,
                                                           std::string admin_email,
                                                           new_support_session wanted) {
    const auto checked = check(wanted, settings_.support_session_max);
    if (!checked) co_return checked.error();
    const support_session_id id{make_uuid()};
    std::string code = crypto::make_token();
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    add_insert_support_session(transaction, id, by.account(), admin_email, wanted, crypto::token_hash(code),
                               settings_.support_code_lifetime);
    audit::add_entry(transaction, by, action::support_session_opened, subject(id),
                     {{"minutes", wanted.length.count()}});
    const auto written = add_find_support_session(transaction, id);
    co_await transaction.commit();
    co_return opened_support_session{read_support_sessions(written.rows()).front(), std::move(code)};
}

task<result<support_login>> support_service::enter(const tenancy::tenant& at, std::string code) {
    if (code.size() != crypto::token_length) co_return refuse(errc::sign_in_failed);
    std::string token = std::string{support_token_prefix} + crypto::make_token();
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const auto entered =
        add_enter_support_session(transaction, crypto::token_hash(code), crypto::token_hash(token));
    co_await transaction.run();
    const auto session = read_entered(entered.rows());
    if (!session) {
        co_await transaction.rollback();
        co_return refuse(errc::sign_in_failed);
    }
    const auto written = add_find_support_session(transaction, session->first);
    co_await transaction.run();
    const support_session what = read_support_sessions(written.rows()).front();
    const actor who{actor_parts{.acts_as = role::support, .account = what.admin, .login = what.id.value}};
    audit::add_entry(transaction, who, action::support_session_entered, subject(what.id));
    co_await transaction.commit();
    co_return support_login{what, std::move(token), session->second};
}

task<actor> support_service::find_actor(const tenancy::tenant& at, std::string token) {
    if (token.size() != token_bytes) co_return actor{};
    const auto hash = crypto::token_hash(token);
    const std::string_view hash_text{reinterpret_cast<const char*>(hash.data()), hash.size()};
    const cache::topics depends_on{at.handle.id(), {accounts_topic}};
    const std::string key = cache::key_of(at.handle.id(), "support", hash_text);
    if (const auto known = remembered_.find<actor>(key, depends_on)) co_return *known;
    auto loading = remembered_.load(key, depends_on, read_actor(at, hash));
    const cache::loaded found = co_await loading;
    if (found.is_empty()) co_return actor{};
    co_return *found.as<actor>();
}

task<cache::loaded> support_service::read_actor(const tenancy::tenant& at, crypto::digest token_hash) {
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_support_visitor(batch, token_hash);
    auto running = batch.run();
    co_await running;
    const auto visitor = read_support_visitor(found.rows());
    if (!visitor) co_return cache::loaded{};
    const actor who{
        actor_parts{.acts_as = role::support, .account = visitor->admin, .login = visitor->session.value}};
    co_return cache::loaded{std::make_shared<const actor>(who), sizeof(actor),
                            std::min(login_ttl_, visitor->time_left)};
}

task<> support_service::note_request(const tenancy::tenant& at, actor by, std::string operation,
                                     std::string path) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    audit::add_entry(transaction, by, action::support_request_made, subject(support_session_id{by.login()}),
                     {{"operation", operation}, {"path", path}});
    co_await transaction.commit();
}

task<std::vector<support_session>>
support_service::list(const tenancy::tenant& at, std::optional<support_session_id> before, int at_most) {
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_list_support_sessions(batch, before, at_most);
    auto running = batch.run();
    co_await running;
    co_return read_support_sessions(found.rows());
}

task<result<>> support_service::end(const tenancy::tenant& at, actor by, support_session_id id) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const auto ended = add_end_support_session(transaction, id, audit::actor_text(by));
    const auto found = add_find_support_session(transaction, id);
    co_await transaction.run();
    if (found.rows().empty()) {
        co_await transaction.rollback();
        co_return refuse(errc::not_found);
    }
    if (!ended.rows().empty()) audit::add_entry(transaction, by, action::support_session_ended, subject(id));
    co_await transaction.commit();
    co_return result<>{};
}

} // namespace kidevent::identity
