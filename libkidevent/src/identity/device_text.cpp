#include "identity/device_text.hpp"

#include <span>

namespace kidevent::identity {

namespace {

struct word {
    std::string_view sign;
    std::string_view name;
};

// The first that is found counts: most call themselves by the names of others, too.
constexpr word browsers[] = {
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"Vivaldi/", "Vivaldi"},
    {"FxiOS/", "Firefox"},
    {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chromium/", "Chromium"},
    {"Chrome/", "Chrome"},
    {"Safari/", "Safari"},
    {"curl/", "curl"},
    {"Wget/", "Wget"},
    {"okhttp/", "an app"},
};
constexpr word systems[] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},      {"Android", "Android"}, {"CrOS", "ChromeOS"},
    {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
};

std::string_view find(std::span<const word> among, std::string_view text) {
    for (const word& each : among)
        if (text.find(each.sign) != std::string_view::npos) return each.name;
    return {};
}

} // namespace

std::string device_text(std::string_view user_agent) {
    const std::string_view browser = find(browsers, user_agent);
    const std::string_view system = find(systems, user_agent);
    if (system.empty()) return std::string{browser};
    return std::string{browser.empty() ? "a browser" : browser} + " on " + std::string{system};
}

} // namespace kidevent::identity
