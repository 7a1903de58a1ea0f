#pragma once
// Every route of the API in one table. The router, the guards, the OpenAPI document and the generated tests
// read it; a route cannot be added without saying who may call it.

#include "core/permission.hpp"
#include "http/admission.hpp"
#include "http/request_context.hpp"
#include "tenancy/feature.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace kidevent {

// Route groups; a pool of workers serves some or all of them.
enum class service { identity, families, events, registrations, notifications, platform };

// On which host a route exists.
enum class host_kind { tenant, platform };

// Who may call a route: everyone (no login is looked up), an account that is signed in (for what is its own),
// any login (also one of support, for ending it), or who has a permission. API keys have permissions only.
// There is no default: a row that does not say it does not compile.
class access {
public:
    static const access everyone;
    static const access account;
    static const access login;
    constexpr access(permission needed) noexcept : kind_(kind::permitted), needed_(needed) {}

    // The permission that is asked for; none: see the two above.
    constexpr std::optional<permission> needed() const noexcept {
        if (kind_ != kind::permitted) return std::nullopt;
        return needed_;
    }
    constexpr bool admits(const actor& acting) const noexcept {
        switch (kind_) {
        case kind::everyone: return true;
        case kind::account: return acting.is_account();
        case kind::login: return acting.is_signed_in() && !acting.is_api_key();
        case kind::permitted: return acting.may(needed_);
        }
        return false;
    }
    bool operator==(const access&) const = default;

private:
    enum class kind : std::uint8_t { everyone, account, login, permitted };
    explicit constexpr access(kind without_permission) noexcept : kind_(without_permission) {}

    kind kind_;
    permission needed_{}; // when it is permitted
};
inline constexpr access access::everyone{kind::everyone};
inline constexpr access access::account{kind::account};
inline constexpr access access::login{kind::login};

struct route {
    std::string_view method;
    std::string_view path;
    service group;
    host_kind host;
    access who;
    int success;                      // status of the usual answer
    std::string_view request_schema;  // "" when the route takes no body
    std::string_view response_schema; // "" when the answer has no body
    http::handler handler;
    std::string_view operation; // operationId; also the name in logs and metrics
    std::string_view summary;
    std::string_view query_parameters; // names, separated by blanks
    bool needs_if_match;
    bool honours_idempotency_key;
    std::string_view media_type = "application/json"; // of the usual answer
    // Of the request's body; a form becomes an object of texts before it is checked against the schema.
    std::string_view request_media_type = "application/json";
    // Pages and programs anywhere may send it: what it does rests on what is in it alone, not on a login.
    bool from_any_origin = false;
    // Though it is a GET. nginx sends it once, whatever becomes of it.
    bool changes_by_get = false;
};

std::span<const route> all_routes();

// How the route's requests are treated when there is more to do than can be done.
http::urgency urgency_of(const route& of) noexcept;

// Whether it is open to those who have to set up a second factor before anything else.
bool is_for_enrolment(const route& of) noexcept;

// What the organisation's plan must include for the route; none: every plan does.
std::optional<tenancy::feature> required_feature(const route& of) noexcept;

std::string_view to_text(service of) noexcept;
std::string_view to_text(access of) noexcept; // "everyone", "account", "login", or a permission's text

// components/schemas of the OpenAPI document: what bodies are checked against.
const boost::json::object& api_schemas();

// The OpenAPI 3.1 document of the API.
boost::json::object openapi_document();

} // namespace kidevent
