#pragma once
// The whole of KidEvent behind one object: build it from settings, hand it requests, get responses.
// One platform is one event loop on one thread; run one process (or thread with its own platform)
// per core. Every member is called on the thread that runs the loop, except where it says otherwise.

#include <kidevent/request.hpp>
#include <kidevent/response.hpp>
#include <kidevent/settings.hpp>
#include <kidevent/shared_memory.hpp>

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace kidevent {

class services;

class platform {
public:
    using on_response = std::function<void(response)>;
    // A host's own route: no tenant, no database; for health checks, pages and the like.
    using host_handler = std::function<response(const request&)>;

    // Platforms that serve one database on one machine are given the same memory: what one of them changed,
    // the others then know at once. Throws std::runtime_error when the settings cannot work, or the memory is
    // of another version.
    explicit platform(settings with, shared_memory shared = make_shared_memory());
    ~platform();
    platform(const platform&) = delete;
    platform& operator=(const platform&) = delete;

    // Connects to PostgreSQL and checks that the roles and policies hold (see docs/security.md).
    // Blocks until that is done; throws std::runtime_error when the installation is unsafe or
    // the database cannot be reached within db.connect_timeout.
    void start();

    // Adds a route of the embedding host. `path` starts with '/', has no parameters, and must not
    // be one of the library's own. Call it before start(). Throws std::invalid_argument.
    void add_route(std::string method, std::string path, host_handler handler);

    // Answers one request. Calls `done` exactly once, possibly before handle() returns.
    void handle(request incoming, on_response done);

    // The in-memory transport: runs the loop until the answer is there. Not from inside a handler.
    response call(request incoming);

    // Runs the event loop until stop(). stop() may be called from any thread or signal handler thread.
    void run();
    void stop();

    // New requests are still answered, /readyz answers 503 so that traffic moves away.
    void begin_drain() noexcept;

    // Runs background work (jobs and what they need) on the loop as well, until the platform goes. Once,
    // after start(). Any number of processes may do so; see docs/jobs.md.
    void start_background();
    // Takes on no further background work, finishes what runs or gives it back, and calls `drained` once, on
    // the loop, or at once when none runs. Takes fastcgi.drain_timeout at most.
    void drain_background(std::function<void()> drained);
    // This process's metrics in Prometheus' text format, for a host without a master (docs/metrics.md).
    std::string metrics_text() const;

    // The loop itself, for transports built on Boost.Asio.
    boost::asio::io_context& io_context() noexcept;

    // The composition root's parts, for the command line and the tests of this project.
    kidevent::services& parts() noexcept;

private:
    std::unique_ptr<kidevent::services> services_;
};

} // namespace kidevent
