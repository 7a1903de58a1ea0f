#include "services.hpp"

#include "crypto/hmac.hpp"
#include "db/db_error.hpp"
#include "db/safety_check.hpp"
#include "http/problem.hpp"
#include "routes.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/post.hpp>

namespace kidevent {

namespace {

http::cursor_signer::mac mac_with(const std::string& key) {
    return [key](std::string_view text) { return crypto::hmac_sha256(key, text); };
}

} // namespace

services::services(settings from)
    : with(std::move(from)),
      database(loop, with.db),
      hashing(static_cast<std::size_t>(with.identity.hashes_concurrent_max),
              static_cast<std::size_t>(with.identity.hashes_waiting_max),
              [this](std::function<void()> then) { boost::asio::post(loop, std::move(then)); }),
      cursors(mac_with(with.http.signing_key)),
      tenants(database, with.http),
      logins(database, with.identity, hashing, time),
      admins(database, with.identity, hashing, time),
      handler_parts{with, database, cursors, tenants, logins, admins},
      admissions(
          {static_cast<std::size_t>(with.admission.in_flight_max),
           static_cast<std::size_t>(with.admission.reserved),
           static_cast<std::size_t>(with.admission.waiting_max), with.admission.wait},
          [this](std::coroutine_handle<> waiting) {
              boost::asio::post(loop, [waiting] { waiting.resume(); });
          },
          [] { return std::chrono::steady_clock::now(); }),
      deadlines(loop, with.http.request_timeout,
                [this](const std::string& request_id) {
                    response late = http::timeout_response(request_id);
                    complete(late, request_id);
                    return late;
                }),
      schemas_(api_schemas()) {
    const auto routes = all_routes();
    for (std::size_t i = 0; i < routes.size(); ++i) {
        auto& router = routes[i].host == host_kind::tenant ? tenant_routes_ : platform_routes_;
        router.add(routes[i].method, routes[i].path, i);
    }
    database.on_worked = [this](tenant_id of, std::chrono::microseconds worked) {
        admissions.charge(of, worked);
    };
    deadlines.on_sweep = [this] { admissions.sweep(); };
    database.on_tenant_changed = [this](std::string_view slug) { tenants.forget(slug); };
}

services::~services() {
    deadlines.stop();
    admissions.close();
    database.close();
    // What was in flight hears of it and ends; nothing may be left suspended when the parts go.
    loop.restart();
    loop.poll();
}

void services::start() {
    log::set_level(log::parse_level(with.log.level));
    std::optional<std::exception_ptr> opened;
    database.start([&opened](std::exception_ptr failed) { opened = failed; });
    loop.restart();
    while (!opened)
        loop.run_one();
    if (*opened) std::rethrow_exception(*opened);
    const auto problems = block_on(db::find_safety_problems(database));
    if (problems.empty()) return;
    std::string message = "the database does not keep organisations apart, so this process does not start:";
    for (const std::string& each : problems)
        message += "\n  " + each;
    throw std::runtime_error(message);
}

void services::add_route(std::string method, std::string path, platform::host_handler handler) {
    if (!path.starts_with('/') || path.find_first_of("{}") != std::string::npos)
        throw std::invalid_argument("a host's route must be a plain path: " + path);
    if (path == "/livez" || path == "/readyz" || path == "/api" || path.starts_with("/api/"))
        throw std::invalid_argument("a host's route must not be one of the library's own: " + path);
    host_routes_.push_back({std::move(method), std::move(path), std::move(handler)});
}

void services::run_until_done(task<> running) {
    std::exception_ptr failed;
    bool ended = false;
    const auto watch = [](task<> watched, std::exception_ptr& failure, bool& done) -> task<> {
        try {
            co_await watched;
        } catch (...) {
            failure = std::current_exception();
        }
        done = true;
    };
    detach(watch(std::move(running), failed, ended));
    loop.restart();
    while (!ended)
        loop.run_one();
    if (failed) std::rethrow_exception(failed);
}

void services::handle(request incoming, platform::on_response done) {
    std::string request_id = to_string(make_uuid());
    auto answered = deadlines.watch(request_id, std::move(done));
    detach(answer(std::move(incoming), std::move(request_id), std::move(answered)));
}

} // namespace kidevent
