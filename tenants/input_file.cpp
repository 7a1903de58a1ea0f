#include "input_file.hpp"

#include "command_error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace kidevent::cli {
namespace {

struct close_file {
    void operator()(std::FILE* open) const noexcept { std::fclose(open); }
};

[[noreturn]] void refuse(const std::string& path, int why) {
    auto code = exit_code::bad_data;
    if (why == ENOENT || why == ENOTDIR) code = exit_code::not_found;
    if (why == EACCES) code = exit_code::no_permission;
    throw command_error{code, path + ": " + std::strerror(why)};
}

} // namespace

std::string read_input_file(const std::string& path, std::size_t bytes_max) {
    const std::unique_ptr<std::FILE, close_file> file{std::fopen(path.c_str(), "rb")};
    if (!file) refuse(path, errno);
    std::string text;
    char piece[65536];
    while (text.size() <= bytes_max) {
        const std::size_t wanted = std::min(sizeof piece, bytes_max + 1 - text.size());
        const std::size_t got = std::fread(piece, 1, wanted, file.get());
        text.append(piece, got);
        if (got == wanted) continue;
        if (std::ferror(file.get()) != 0) refuse(path, errno);
        break;
    }
    return text;
}

} // namespace kidevent::cli
