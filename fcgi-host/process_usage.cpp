#include "process_usage.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

namespace kidevent::host {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{}) return std::nullopt;
    return number;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

// The number behind a key at the start of a line, as in "btime 1700000000" and "MemTotal:   16 kB".
std::int64_t line_number(std::string_view text, std::string_view key) {
    const auto at = text.find(key);
    if (at == text.npos) return 0;
    text.remove_prefix(at + key.size());
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return number_in(text).value_or(0);
}

double boot_time() {
    static const double seconds = static_cast<double>(line_number(text_of("/proc/stat"), "\nbtime"));
    return seconds;
}

} // namespace

std::optional<process_usage> usage_of(pid_t process) {
    const fs::path directory = "/proc/" + std::to_string(process);
    const std::string stat = text_of(directory / "stat");
    const auto name_end = stat.rfind(')'); // the name before it may hold anything
    if (name_end == std::string::npos) return std::nullopt;
    const auto words = words_of(std::string_view{stat}.substr(std::min(name_end + 2, stat.size())));
    // proc(5) counts from 1, and these words begin with the third.
    const auto field = [&words](std::size_t number) {
        return number - 3 < words.size() ? number_in(words[number - 3]).value_or(0) : 0;
    };
    constexpr std::size_t user_time = 14;
    constexpr std::size_t system_time = 15;
    constexpr std::size_t start_time = 22;
    constexpr std::size_t resident_pages = 24;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    process_usage found;
    found.resident_bytes = field(resident_pages) * ::sysconf(_SC_PAGESIZE);
    found.cpu_seconds = static_cast<double>(field(user_time) + field(system_time)) / ticks;
    found.started_at = boot_time() + static_cast<double>(field(start_time)) / ticks;
    return found;
}

std::uint64_t count_own_descriptors() {
    std::uint64_t count = 0;
    std::error_code gone;
    for (fs::directory_iterator each("/proc/self/fd", gone), end; !gone && each != end; each.increment(gone))
        ++count;
    return count;
}

memory_usage usage_of_memory() {
    const std::string group = text_of("/proc/self/cgroup");
    const auto at = group.find("0::"); // of the second version
    if (at != std::string::npos) {
        const auto path = "/sys/fs/cgroup" + group.substr(at + 3, group.find('\n', at) - at - 3);
        const auto limit = number_in(text_of(path + "/memory.max"));
        const auto used = number_in(text_of(path + "/memory.current"));
        if (limit && used) return {*used, *limit};
    }
    constexpr std::int64_t kib = 1024;
    const std::string memory = "\n" + text_of("/proc/meminfo");
    const std::int64_t total = line_number(memory, "\nMemTotal:") * kib;
    return {total - line_number(memory, "\nMemAvailable:") * kib, total};
}

} // namespace kidevent::host
