#include "operator_name.hpp"

#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace kidevent::cli {

std::string operator_name() {
    const uid_t user = getuid();
    const char* const before_sudo = std::getenv("SUDO_USER");
    // Only root can have come here through sudo; from anybody else the variable proves nothing.
    if (user == 0 && before_sudo != nullptr && *before_sudo != '\0') return before_sudo;
    const passwd* const found = getpwuid(user);
    return found != nullptr ? found->pw_name : std::to_string(user);
}

} // namespace kidevent::cli
