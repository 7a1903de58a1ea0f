#include "webhooks/webhook_schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iomanip>
#include <locale>
#include <sstream>

namespace kidevent::webhooks {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::milliseconds, 9> pauses{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
constexpr std::chrono::milliseconds longest_wish = 24h;

// Seconds, or a date as HTTP writes it; 0 for everything else.
std::chrono::milliseconds wished_pause(const std::string& text, timestamp now) {
    std::int64_t seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec == std::errc{} && read.ptr == text.data() + text.size())
        return std::chrono::seconds{std::clamp<std::int64_t>(seconds, 0, 24 * 3600)};
    std::tm date{};
    std::istringstream in{text};
    in.imbue(std::locale::classic());
    in >> std::get_time(&date, "%a, %d %b %Y %H:%M:%S GMT");
    if (in.fail()) return 0ms;
    const auto when = std::chrono::system_clock::from_time_t(timegm(&date));
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(when - now);
    return std::clamp<std::chrono::milliseconds>(left, 0ms, longest_wish);
}

} // namespace

verdict judge(int status, int attempts, const std::optional<std::string>& retry_after, timestamp now,
              double chance) {
    if (status >= 200 && status < 300) return {verdict::outcome::delivered};
    if (status == 410) return {verdict::outcome::gone};
    const auto made = static_cast<std::size_t>(std::max(attempts, 1));
    if (made > pauses.size()) return {verdict::outcome::given_up};
    auto pause =
        std::chrono::duration_cast<std::chrono::milliseconds>(pauses[made - 1] * (0.9 + 0.2 * chance));
    if (retry_after) pause = std::max(pause, wished_pause(*retry_after, now));
    return {verdict::outcome::again, pause};
}

} // namespace kidevent::webhooks
