#pragma once
// Stands between a client and a server, byte for byte, until a test asks it for a fault. Serves any protocol
// over TCP or unix sockets; runs on a thread of its own. For tests only.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace kidevent::tests {

enum class fault {
    none,
    down,               // open connections are reset, new ones too
    slow,               // what the server says arrives late
    silent,             // connections open and nothing ever comes
    reset_in_mid_reply, // the first half of what the server says next, then a reset
    garbage,            // what the server says is replaced by other bytes
};

class fault_proxy {
public:
    // `target` is the path of a unix socket, or "HOST:PORT" with a numeric host. Listens on a TCP port of the
    // loopback interface. Throws boost::system::system_error.
    explicit fault_proxy(const std::string& target);
    ~fault_proxy();

    std::uint16_t port() const noexcept;
    std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

    // In force when it returns, also on connections that are open. `delay` is for slow.
    void set(fault wanted, std::chrono::milliseconds delay = std::chrono::milliseconds{0});
    // Connections that clients have opened so far.
    std::size_t connections() const noexcept;
    // Pieces that clients have sent so far.
    std::size_t pieces_asked() const noexcept;
    // How often a fault has met somebody: connections that were refused or broken, what was said late, not at
    // all, by half or wrongly.
    std::size_t faults_met() const noexcept;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

} // namespace kidevent::tests
