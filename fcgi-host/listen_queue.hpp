#pragma once
// The number of connections that wait on a listening unix socket. Used by the status page.

#include <cstdint>

namespace kidevent::host {

// Asks the kernel (NETLINK_SOCK_DIAG, as `ss -xl` does). -1 when it does not tell.
std::int64_t listen_queue_length(int listening_descriptor);

} // namespace kidevent::host
