#include "worker.hpp"

#include "cache/generations.hpp"
#include "child_process.hpp"
#include "config/settings_file.hpp"
#include "core/core_dumps.hpp"
#include "fastcgi/server.hpp"
#include "process_usage.hpp"
#include "scoreboard.hpp"
#include "telemetry/log.hpp"

#include <kidevent/platform.hpp>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <functional>
#include <unistd.h>
#include <utility>

namespace kidevent::host {
namespace {

// The terminal sends these to the whole process group; they concern the master only.
void ignore_signals_of_the_master() {
    for (const int number : {SIGINT, SIGHUP, SIGUSR2, SIGPIPE})
        std::signal(number, SIG_IGN);
}

class draining {
public:
    draining(platform& kidevent, fastcgi::server& front, score& mine)
        : kidevent_(kidevent), front_(front), mine_(mine), signals_(kidevent.io_context(), SIGTERM, SIGQUIT) {
        wait();
    }

private:
    void wait() {
        signals_.async_wait([this](boost::system::error_code failure, int) {
            if (failure) return;
            if (std::exchange(begun_, true)) return kidevent_.stop();
            mine_.state = worker_state::draining;
            kidevent_.begin_drain();
            front_.begin_drain([this] { end_one(); });
            kidevent_.drain_background([this] { end_one(); });
            wait();
        });
    }

    void end_one() {
        if (--left_ == 0) kidevent_.stop();
    }

    platform& kidevent_;
    fastcgi::server& front_;
    score& mine_;
    boost::asio::signal_set signals_;
    bool begun_ = false;
    int left_ = 2; // requests and background work
};

// Nobody else may look into this process, so it counts its descriptors for the master itself.
class descriptor_count {
public:
    descriptor_count(boost::asio::io_context& loop, score& mine) : timer_(loop), mine_(mine) { count(); }

private:
    void count() {
        mine_.traffic.descriptors_open = count_own_descriptors();
        timer_.expires_after(std::chrono::seconds{1});
        timer_.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled) count();
        });
    }

    boost::asio::steady_timer timer_;
    score& mine_;
};

// What the master shares; `slot` is this worker's.
shared_memory inherited_memory(std::size_t slot) {
    return {std::make_shared<shared_region>(worker_generations_descriptor, cache::generations::bytes()),
            // As large as the master made it: the platform looks at what is in it.
            std::make_shared<shared_region>(worker_metrics_descriptor, shared_region::as_it_is), slot};
}

} // namespace

int run_worker(const worker_options& with) {
    ignore_signals_of_the_master();
    scoreboard scores(worker_scoreboard_descriptor);
    auto& mine = scores.at(with.slot);
    auto settings = config::load_settings(with.config_path);
    log::set_level(log::parse_level(settings.log.level));
    if (settings.fastcgi.core_dumps == "on") allow_core_dumps();
    // This process serves one pool: the platform sees only that.
    settings.fastcgi.pools = {pool_settings(get_pool(settings.fastcgi, with.seat.pool))};
    const bool runs_background = serves_jobs(settings.fastcgi.pools.front());
    const auto front_settings = fastcgi::server_settings_from(settings);

    platform kidevent(std::move(settings), inherited_memory(with.slot));
    kidevent.start();
    if (runs_background) kidevent.start_background();
    fastcgi::server front(
        kidevent.io_context(), front_settings,
        [&kidevent](request incoming, std::function<void(response)> done) {
            kidevent.handle(std::move(incoming), std::move(done));
        },
        mine.traffic);
    const draining on_signal(kidevent, front, mine);
    const descriptor_count counting(kidevent.io_context(), mine);
    front.listen(worker_listener_descriptor);
    mine.state = worker_state::ready;
    kidevent.run();
    front.stop();
    // Streams of the connections that were just closed are destroyed on the loop.
    kidevent.io_context().restart();
    kidevent.io_context().poll();
    return 0;
}

} // namespace kidevent::host
