#include "telemetry/disk_check.hpp"

#include <sys/statvfs.h>

namespace kidevent::telemetry {

bool has_free_space(const std::string& directory, std::int64_t bytes_min) noexcept {
    struct statvfs found {};
    if (::statvfs(directory.c_str(), &found) != 0) return false;
    return found.f_bavail * found.f_frsize >= static_cast<std::uint64_t>(bytes_min);
}

} // namespace kidevent::telemetry
