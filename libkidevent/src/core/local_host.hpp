#pragma once
// Which addresses are this machine's own. Used by config/ and db/.

#include <string_view>

namespace kidevent {

// Whether what is said to it stays on this machine: a socket's path, localhost, 127.0.0.0/8, ::1 (in brackets
// or not). Names are not looked up.
bool is_local_host(std::string_view host);

} // namespace kidevent
