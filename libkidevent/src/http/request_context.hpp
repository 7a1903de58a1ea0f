#pragma once
// What a handler gets: the request, taken apart and checked, who sent it, and the long-lived parts it may
// use. Lives as long as the request is being answered.

#include "core/actor.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/cursor.hpp"
#include "http/query_string.hpp"

#include <kidevent/request.hpp>
#include <kidevent/response.hpp>
#include <kidevent/settings.hpp>

#include <boost/json/value.hpp>

#include <memory>

namespace kidevent {

namespace db {
class database;
}
namespace cache {
class answer_cache;
}
namespace tenancy {
struct tenant;
class tenant_resolver;
} // namespace tenancy
namespace realtime {
class event_feed;
}
namespace telemetry {
class metrics;
}
namespace identity {
class login_service;
class oidc_service;
class admin_service;
class second_factor_service;
class api_key_service;
class support_service;
} // namespace identity
namespace crypto {
class envelope;
}

namespace http {

// The parts of the composition root that handlers use.
struct handler_parts {
    const settings& with;
    db::database& database;
    const cursor_signer& cursors;
    tenancy::tenant_resolver& tenants;
    identity::login_service& logins;
    identity::admin_service& admins;
    cache::answer_cache& answers;
    telemetry::metrics& counts;
    realtime::event_feed& streams;
    identity::oidc_service& oidc;
    const crypto::envelope& sealing;
    identity::second_factor_service& second_factors;
    identity::api_key_service& api_keys;
    identity::support_service& support;
};

struct request_context {
    const request& incoming;
    std::string_view request_id;
    std::string path;
    query_string query;
    boost::json::value body;                       // validated against the route's request schema
    std::array<std::string_view, 4> parameters{};  // captured segments of `path`
    std::string_view operation;                    // the route's operation id
    std::string login_token;                       // "" without a login cookie
    std::shared_ptr<const tenancy::tenant> tenant; // null on the platform host
    actor acting;
    handler_parts& parts;

    // The captured segment as an identifier; not_found when it is none, as for an id that does not exist.
    template<class Id> result<Id> path_id(std::size_t index) const {
        const auto parsed = parse_uuid(parameters[index]);
        if (!parsed) return refuse(errc::not_found);
        return Id{*parsed};
    }
};

using handler = task<result<response>> (*)(request_context&);

} // namespace http
} // namespace kidevent
