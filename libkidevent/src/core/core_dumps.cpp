#include "core/core_dumps.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace kidevent {

namespace {

void set_soft_limit(bool allowed) noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_CORE, &limit) != 0) return;
    limit.rlim_cur = allowed ? limit.rlim_max : 0;
    ::setrlimit(RLIMIT_CORE, &limit);
}

} // namespace

void forbid_core_dumps() noexcept {
    set_soft_limit(false);
    // A kernel that hands dumps to a program does not ask for the limit; it asks for this.
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void allow_core_dumps() noexcept {
    set_soft_limit(true);
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

} // namespace kidevent
