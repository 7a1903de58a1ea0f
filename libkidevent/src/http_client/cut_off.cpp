#include "http_client/cut_off.hpp"

#include <sys/socket.h>

namespace kidevent::http_client {

cut_off::cut_off(int descriptor, std::chrono::steady_clock::time_point at)
    : descriptor_(descriptor), waiting_([this, at] { wait(at); }) {}

cut_off::~cut_off() {
    {
        const std::lock_guard held{mutex_};
        is_over_ = true;
    }
    changed_.notify_one();
    waiting_.join();
}

bool cut_off::has_happened() const {
    const std::lock_guard held{mutex_};
    return has_happened_;
}

void cut_off::wait(std::chrono::steady_clock::time_point at) {
    std::unique_lock held{mutex_};
    if (changed_.wait_until(held, at, [this] { return is_over_; })) return;
    has_happened_ = true;
    ::shutdown(descriptor_, SHUT_RDWR); // Poco's own would take part in the conversation of TLS
}

} // namespace kidevent::http_client
