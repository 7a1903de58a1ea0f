#pragma once
// A directory under /tmp that goes away with everything in it. Its path is short, so that the names of unix
// sockets fit. For tests only.

#include <filesystem>
#include <string>

namespace kidevent::tests {

class temporary_directory {
public:
    // Mode 0700. `owner` other than "" needs root. Throws std::runtime_error.
    explicit temporary_directory(const std::string& owner = "");
    ~temporary_directory();
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

} // namespace kidevent::tests
