#pragma once
// The API as its users see it, without a network: requests go through platform::call() on a database of the
// test's own, and every answer is held against the contract (schema, content type, headers). For tests only.

#include "support/postgres_cluster.hpp"

#include <kidevent/platform.hpp>

#include <boost/json.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::tests {

inline const std::string base_domain = "kidevent.test";
inline const std::string password_of_all = "correct horse battery";

// Who sends a request: the host it goes to and the login cookie that comes along. Anonymous without a token.
struct person {
    std::string host{};
    std::string token{};
    std::string email{};
    std::string id{};
    std::string household{}; // of guardians
};

person anonymous_at(const std::string& slug);
// The same login, sent to another tenant's host.
person sent_to(const person& who, const std::string& slug);

struct answer {
    int status = 0;
    std::vector<header> headers;
    std::string text;
    boost::json::value body; // null when the answer is not JSON

    std::string header_value(std::string_view name) const;
    // Of a problem; "" otherwise.
    std::string code() const;
    // "pointer code" of each entry in a problem's `errors`, joined by "; ".
    std::string faults() const;
    // The body without what differs from request to request: request_id and instance.
    std::string comparable() const;
    // A member of the body as text; "" when it is absent or no text.
    std::string member(std::string_view name) const;
};

answer to_answer(const response& received);

// How an answer breaks the contract; empty when it does not. Callable from any thread.
std::vector<std::string> list_violations(const request& sent, const response& received, bool is_https = true);

// Settings of a platform for tests: https, tenants on SLUG.kidevent.test, generous limits.
settings settings_for_tests(const database_settings& database);

// A request of this person. Unsafe methods carry the Origin of their own host unless `headers` say otherwise.
request make_request(const std::string& method, const person& as, const std::string& target,
                     const std::string& body = "", const std::vector<header>& headers = {});

class api_client {
public:
    // Starts a platform. Throws what platform::start() does.
    // Clients that are given the same memory are workers of one machine.
    explicit api_client(const settings& with, shared_memory shared = make_shared_memory());
    ~api_client();

    // Sends, and fails the test when the answer breaks the contract.
    answer send(const request& wanted);
    answer get(const person& as, const std::string& target, const std::vector<header>& headers = {});
    answer post(const person& as, const std::string& target, const boost::json::value& body,
                const std::vector<header>& headers = {});
    // Without a body when `body` is null.
    answer put(const person& as, const std::string& target, const boost::json::value& body = nullptr,
               const std::vector<header>& headers = {});
    // `version` is sent as If-Match; 0 sends none.
    answer patch(const person& as, const std::string& target, int version, const boost::json::value& body);
    answer remove(const person& as, const std::string& target, int version = 0);

    // Throws std::runtime_error when that is refused. `code` is of the second factor.
    person sign_in(const std::string& slug, const std::string& email, const std::string& code = "");
    person sign_up(const std::string& slug, const std::string& email);

    std::uint64_t round_trips();
    // Lets the platform's loop go on between requests: announcements arrive, connections are opened again.
    void run_for(std::chrono::milliseconds length);

    platform& served() noexcept { return *platform_; }

private:
    std::unique_ptr<platform> platform_;
};

struct household {
    person guardian;
    std::string child; // eight years old
    std::string sibling;
    std::string registration; // of `child` in the organisation's `session`
};

// Everything that one tenant holds says CANARY-<slug> somewhere, and addresses end in @<slug>.example.
struct organisation {
    std::string slug;
    std::string id;
    person owner;
    person staff;
    household first;
    household second;
    std::string event; // published
    std::string session;
    std::string later_session;
    std::string draft;
    std::string draft_session;
};

// A fixture: a platform on a fresh copy of a database with the tenants alpha, beta and gamma (suspended).
class two_organisations {
public:
    two_organisations();
    ~two_organisations();

    // A child of the guardian, born on that day; the id.
    std::string add_child(const person& guardian, const std::string& birth_date);
    // A published event with one session; `session` overrides members of it.
    struct offered {
        std::string event;
        std::string session;
    };
    offered add_event(const person& staff, const std::string& title, const boost::json::object& session = {});
    answer register_child(const person& guardian, const std::string& child, const std::string& session,
                          const std::vector<header>& headers = {});
    int seats_taken(const std::string& session);
    // Signs the admin in once more, with a second factor whose code has not been taken.
    person sign_in_admin();

    postgres_cluster& cluster;
    database_settings database;
    settings with;
    sql_session superuser;
    organisation alpha;
    organisation beta;
    organisation gamma;
    person admin;
    std::string admin_secret; // of the admin's second factor
    api_client api;
};

// What an authenticator with this secret shows now; `steps_later`: of 30 seconds.
std::string code_of(const std::string& secret, int steps_later = 0);

// "2026-07-01T09:00:00Z", that many days from now.
std::string instant_in_days(int days);
// "2018-07-01": a child's birth date, so that it is `years` old today.
std::string born_years_ago(int years);
// {"places": [{child, session}]}
boost::json::value places(const std::vector<std::pair<std::string, std::string>>& wanted);

} // namespace kidevent::tests
