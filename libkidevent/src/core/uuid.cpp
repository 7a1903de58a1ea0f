#include "core/uuid.hpp"

#include <sys/random.h>

#include <chrono>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace kidevent {

namespace {

// The system's generator costs a call into the kernel: fetch a page of random bytes at a time.
void fill_random(std::uint8_t* out, std::size_t size) {
    thread_local std::array<std::uint8_t, 4096> pool;
    thread_local std::size_t used = pool.size();
    if (used + size > pool.size()) {
        for (std::size_t at = 0; at < pool.size(); at += 256)
            if (getentropy(pool.data() + at, 256) != 0) throw std::runtime_error("getentropy failed");
        used = 0;
    }
    std::memcpy(out, pool.data() + used, size);
    used += size;
}

constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool dash_before(std::size_t byte) noexcept {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

} // namespace

uuid make_uuid() {
    uuid made;
    fill_random(made.bytes.data(), made.bytes.size());
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto milliseconds =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    for (std::size_t i = 0; i < 6; ++i)
        made.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
    made.bytes[6] = static_cast<std::uint8_t>((made.bytes[6] & 0x0f) | 0x70);
    made.bytes[8] = static_cast<std::uint8_t>((made.bytes[8] & 0x3f) | 0x80);
    return made;
}

char* put_uuid(char* at, const uuid& id) noexcept {
    static constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        if (dash_before(i)) *at++ = '-';
        *at++ = digits[id.bytes[i] >> 4];
        *at++ = digits[id.bytes[i] & 15];
    }
    return at;
}

void append_to(std::string& out, const uuid& id) {
    char text[uuid_text_bytes];
    out.append(text, put_uuid(text, id));
}

std::string to_string(const uuid& id) {
    std::string text;
    append_to(text, id);
    return text;
}

std::optional<uuid> parse_uuid(std::string_view text) noexcept {
    if (text.size() != 36) return std::nullopt;
    uuid parsed;
    std::size_t at = 0;
    for (std::size_t i = 0; i < parsed.bytes.size(); ++i) {
        if (dash_before(i) && text[at++] != '-') return std::nullopt;
        const int high = hex_value(text[at]);
        const int low = hex_value(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        parsed.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return parsed;
}

} // namespace kidevent
