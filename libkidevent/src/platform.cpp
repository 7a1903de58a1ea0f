#include <kidevent/platform.hpp>

#include "services.hpp"

#include <boost/asio/executor_work_guard.hpp>

namespace kidevent {

platform::platform(settings with, shared_memory shared)
    : services_(std::make_unique<kidevent::services>(std::move(with), std::move(shared))) {}
platform::~platform() = default;

void platform::start() { services_->start(); }

void platform::add_route(std::string method, std::string path, host_handler handler) {
    services_->add_route(std::move(method), std::move(path), std::move(handler));
}

void platform::handle(request incoming, on_response done) {
    services_->handle(std::move(incoming), std::move(done));
}

response platform::call(request incoming) {
    std::optional<response> answered;
    handle(std::move(incoming), [&answered](response made) { answered = std::move(made); });
    services_->loop.restart();
    while (!answered)
        services_->loop.run_one();
    return std::move(*answered);
}

void platform::run() {
    const auto keep_running = boost::asio::make_work_guard(services_->loop);
    services_->loop.restart();
    services_->loop.run();
}

void platform::stop() { services_->loop.stop(); }

void platform::begin_drain() noexcept { services_->begin_drain(); }

void platform::start_background() { services_->start_background(); }

void platform::drain_background(std::function<void()> drained) {
    services_->drain_background(std::move(drained));
}

std::string platform::metrics_text() const { return services_->accounting.exposition(); }

boost::asio::io_context& platform::io_context() noexcept { return services_->loop; }

services& platform::parts() noexcept { return *services_; }

} // namespace kidevent
