#pragma once
// The composition root: everything long-lived of one platform, in the order in which it is built. Owned by
// platform; the command line and the tests of this project reach the parts through platform::parts().

#include "core/clock.hpp"
#include "core/task.hpp"
#include "crypto/hash_threads.hpp"
#include "db/database.hpp"
#include "http/admission.hpp"
#include "http/cursor.hpp"
#include "http/request_context.hpp"
#include "http/router.hpp"
#include "http/schema_set.hpp"
#include "identity/admin_service.hpp"
#include "identity/login_service.hpp"
#include "request_deadlines.hpp"
#include "tenancy/tenant_resolver.hpp"

#include <kidevent/platform.hpp>

#include <boost/asio/io_context.hpp>

#include <optional>

namespace kidevent {

class services {
public:
    explicit services(settings with);
    ~services();

    void start();
    void add_route(std::string method, std::string path, platform::host_handler handler);
    void handle(request incoming, platform::on_response done);

    // Runs the loop until the task has ended, and gives its result or exception. For the command line and
    // tests.
    template<class T> T block_on(task<T> running) {
        std::optional<T> value;
        run_until_done(keep(std::move(running), value));
        return std::move(*value);
    }
    void block_on(task<> running) { run_until_done(std::move(running)); }

    const settings with;
    clock time;
    boost::asio::io_context loop{1};
    db::database database;
    crypto::hash_threads hashing;
    http::cursor_signer cursors;
    tenancy::tenant_resolver tenants;
    identity::login_service logins;
    identity::admin_service admins;
    http::handler_parts handler_parts;
    http::admission admissions;
    request_deadlines deadlines;
    bool draining = false;

private:
    struct host_route {
        std::string method;
        std::string path;
        platform::host_handler handler;
    };

    template<class T> static task<> keep(task<T> running, std::optional<T>& into) {
        into.emplace(co_await running);
    }
    void run_until_done(task<> running);

    task<> answer(request incoming, std::string request_id, platform::on_response done);
    task<response> answer_or_throw(const request& incoming, const std::string& request_id,
                                   const std::string& path);
    task<result<response>> route_request(const request& incoming, const std::string& request_id);
    task<result<response>> run_route(std::size_t index, http::request_context& context);
    task<response> answer_health(const std::string& path);
    response failure_response(std::exception_ptr failed, const std::string& request_id);
    // Adds the headers that every answer carries.
    void complete(response& made, const std::string& request_id) const;

    http::router tenant_routes_;
    http::router platform_routes_;
    http::schema_set schemas_;
    std::vector<host_route> host_routes_;
};

} // namespace kidevent
