#include "telemetry/log.hpp"

#include "core/time_text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

namespace kidevent::log {
namespace {

struct severity_row {
    std::string_view name; // in settings
    std::string_view text; // in lines
    int number;            // OpenTelemetry's SeverityNumber
    spdlog::level::level_enum spdlog_level;
};

constexpr std::array<severity_row, 4> severities{{{"debug", "DEBUG", 5, spdlog::level::debug},
                                                  {"info", "INFO", 9, spdlog::level::info},
                                                  {"warn", "WARN", 13, spdlog::level::warn},
                                                  {"error", "ERROR", 17, spdlog::level::err}}};

const severity_row& row_of(level severity) { return severities[static_cast<std::size_t>(severity)]; }

// A key is masked when one of these occurs anywhere in it...
constexpr std::array<std::string_view, 8> masked_parts{"password",      "passwd", "passphrase", "token",
                                                       "authorization", "cookie", "secret",     "email"};
// ...or is one of its words...
constexpr std::array<std::string_view, 17> masked_words{
    "name",  "firstname", "lastname", "fullname", "surname", "username", "nickname", "phone", "mail",
    "birth", "birthday",  "dob",      "address",  "street",  "medical",  "allergy",  "ip"};
// ...unless it names a part of the installation and not a person.
constexpr std::array<std::string_view, 7> unmasked_keys{"db.system.name", "event.name",   "pool.name",
                                                        "server.address", "service.name", "setting.name",
                                                        "host.name"};
// A key that gives access, which "key" alone does not say.
constexpr std::array<std::string_view, 3> masked_keys{"signing_key", "api_key", "private_key"};

bool contains(std::span<const std::string_view> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// "client.firstName" -> {"client", "first", "name"}.
std::vector<std::string> words_of(std::string_view key) {
    std::vector<std::string> words(1);
    char before = '.';
    for (const char c : key) {
        const bool starts_word = c >= 'A' && c <= 'Z' && before >= 'a' && before <= 'z';
        const bool separates = c == '.' || c == '_' || c == '-' || c == ' ';
        if (starts_word || separates) words.emplace_back();
        if (!separates) words.back() += lowered(c);
        before = c;
    }
    return words;
}

// The length of the UTF-8 sequence that starts the text; 0 when none does (RFC 3629).
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xc0) != 0x80) return 0;
    }
    const unsigned char second = byte(1);
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool outside = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
    return overlong || outside ? 0 : length;
}

std::string as_utf8(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) {
            clean += "\xef\xbf\xbd";
        } else {
            clean += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return clean;
}

boost::json::value json_of(const attribute& given) {
    if (is_masked(given.key)) return "***";
    if (const auto* const text = std::get_if<std::string_view>(&given.value)) {
        return boost::json::value(as_utf8(*text));
    }
    if (const auto* const flag = std::get_if<bool>(&given.value)) return *flag;
    if (const auto* const number = std::get_if<double>(&given.value)) return *number;
    return std::get<std::int64_t>(given.value);
}

// A synchronous sink: an asynchronous one would lose its thread in a fork.
spdlog::logger& logger() {
    static spdlog::logger lines = [] {
        spdlog::logger made("kidevent", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made.set_pattern("%v");
        made.set_level(spdlog::level::info);
        return made;
    }();
    return lines;
}

void write(level severity, std::string_view body, attributes with) {
    const auto spdlog_level = row_of(severity).spdlog_level;
    if (!logger().should_log(spdlog_level)) return;
    const auto now = std::chrono::floor<timestamp::duration>(std::chrono::system_clock::now());
    logger().log(spdlog_level, spdlog::string_view_t(format_line(severity, body, with, now)));
}

} // namespace

void debug(std::string_view body, attributes with) { write(level::debug, body, with); }
void info(std::string_view body, attributes with) { write(level::info, body, with); }
void warn(std::string_view body, attributes with) { write(level::warn, body, with); }
void error(std::string_view body, attributes with) { write(level::error, body, with); }

void set_level(level lowest) { logger().set_level(row_of(lowest).spdlog_level); }

level parse_level(std::string_view name) {
    for (std::size_t at = 0; at < severities.size(); ++at) {
        if (severities[at].name == name) return static_cast<level>(at);
    }
    throw std::invalid_argument("unknown log level " + std::string(name));
}

bool is_masked(std::string_view key) {
    std::string lower(key);
    std::transform(lower.begin(), lower.end(), lower.begin(), lowered);
    for (const auto part : masked_parts) {
        if (lower.find(part) != std::string::npos) return true;
    }
    for (const auto masked : masked_keys) {
        if (lower.ends_with(masked)) return true;
    }
    if (contains(unmasked_keys, lower)) return false;
    for (const auto& word : words_of(key)) {
        if (contains(masked_words, word)) return true;
    }
    return false;
}

std::string format_line(level severity, std::string_view body, std::span<const attribute> with,
                        timestamp when) {
    std::string time;
    append_rfc3339(time, when);
    boost::json::object line;
    line["timestamp"] = time;
    line["severity_text"] = row_of(severity).text;
    line["severity_number"] = row_of(severity).number;
    line["body"] = as_utf8(body);
    boost::json::object rest;
    for (const auto& given : with) {
        const bool of_the_line = given.key == "trace_id" || given.key == "span_id";
        (of_the_line ? line : rest)[as_utf8(given.key)] = json_of(given);
    }
    line["service.name"] = "kidevent";
    line["service.version"] = KIDEVENT_VERSION;
    line["attributes"] = std::move(rest);
    return boost::json::serialize(line);
}

} // namespace kidevent::log
