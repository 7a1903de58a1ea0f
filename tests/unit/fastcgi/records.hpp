#pragma once
// FastCGI records written by hand for the tests: independent of the encoder that they test.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kidevent::fastcgi::test {

inline std::string record(int type, int id, std::string_view content, int padding = 0, int version = 1) {
    const auto byte = [](std::size_t value) { return static_cast<char>(value & 0xff); };
    const auto number = static_cast<std::size_t>(id);
    std::string out{
        static_cast<char>(version), static_cast<char>(type), byte(number >> 8),          byte(number),
        byte(content.size() >> 8),  byte(content.size()),    static_cast<char>(padding), '\0'};
    out.append(content);
    out.append(static_cast<std::size_t>(padding), 'p');
    return out;
}

inline std::string begin(int id, int role = 1, bool keep = true) {
    return record(1, id,
                  std::string{'\0', static_cast<char>(role), static_cast<char>(keep ? 1 : 0)}
                      + std::string(5, '\0'));
}

inline std::string length(std::size_t size) {
    if (size < 128) return std::string(1, static_cast<char>(size));
    return {static_cast<char>(0x80 | (size >> 24)), static_cast<char>((size >> 16) & 0xff),
            static_cast<char>((size >> 8) & 0xff), static_cast<char>(size & 0xff)};
}

inline std::string pair(std::string_view name, std::string_view value) {
    return length(name.size()) + length(value.size()) + std::string(name) + std::string(value);
}

using pairs = std::vector<std::pair<std::string, std::string>>;

inline std::string params(int id, const pairs& of) {
    std::string content;
    for (const auto& [name, value] : of)
        content += pair(name, value);
    return (content.empty() ? content : record(4, id, content)) + record(4, id, "");
}

inline std::string body(int id, std::string_view bytes) {
    return (bytes.empty() ? std::string() : record(5, id, bytes)) + record(5, id, "");
}

inline pairs get(const std::string& target, const std::string& method = "GET") {
    return {{"REQUEST_METHOD", method},
            {"REQUEST_URI", target},
            {"HTTP_HOST", "a.localhost"},
            {"REMOTE_ADDR", "192.0.2.1"}};
}

inline pairs post(const std::string& target, std::size_t content_length) {
    auto out = get(target, "POST");
    out.emplace_back("CONTENT_TYPE", "text/plain");
    out.emplace_back("CONTENT_LENGTH", std::to_string(content_length));
    return out;
}

inline std::string whole_get(int id, const std::string& target, bool keep = true) {
    return begin(id, 1, keep) + params(id, get(target)) + body(id, "");
}

inline std::string whole_post(int id, const std::string& target, const std::string& text) {
    return begin(id) + params(id, post(target, text.size())) + body(id, text);
}

// One record as it came back.
struct received_record {
    int type;
    int id;
    std::string content;
};

// The complete records at the front of `bytes`.
inline std::vector<received_record> split_records(std::string_view bytes) {
    const auto at = [&](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
    };
    std::vector<received_record> out;
    while (bytes.size() >= 8) {
        const auto size = at(4) * 256 + at(5);
        if (bytes.size() < 8 + size + at(6)) break;
        out.push_back({static_cast<int>(at(1)), static_cast<int>(at(2) * 256 + at(3)),
                       std::string(bytes.substr(8, size))});
        bytes.remove_prefix(8 + size + at(6));
    }
    return out;
}

// All STDOUT of one request put together.
inline std::string output_of(std::string_view bytes, int id) {
    std::string out;
    for (const auto& one : split_records(bytes))
        if (one.type == 6 && one.id == id) out += one.content;
    return out;
}

// Whether END_REQUEST came; its app status and protocol status as "app/protocol", else "".
inline std::string end_of(std::string_view bytes, int id) {
    for (const auto& one : split_records(bytes))
        if (one.type == 3 && one.id == id)
            return std::to_string(static_cast<int>(one.content.at(3))) + "/"
                   + std::to_string(static_cast<int>(one.content.at(4)));
    return "";
}

} // namespace kidevent::fastcgi::test
