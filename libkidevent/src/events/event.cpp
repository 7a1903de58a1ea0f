#include "events/event.hpp"

namespace kidevent::events {

namespace {

// Simple case folding of the two-byte sequences of UTF-8 in which the scripts of our users live.
unsigned fold_code_point(unsigned c) noexcept {
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;     // Latin-1
    if (c >= 0x100 && c <= 0x17E && c != 0x130 && c != 0x178) { // Latin Extended-A: pairs
        const bool upper_is_odd = (c >= 0x139 && c <= 0x148) || c >= 0x179;
        return upper_is_odd == ((c & 1U) == 1U) && c != 0x138 && c != 0x149 && c != 0x17F ? c + 1 : c;
    }
    if (c >= 0x391 && c <= 0x3A9) return c + 32; // Greek
    if (c >= 0x410 && c <= 0x42F) return c + 32; // Cyrillic
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    return c;
}

} // namespace

std::string folded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool two_bytes = (byte & 0xE0) == 0xC0 && i + 1 < text.size();
        if (byte >= 'A' && byte <= 'Z') {
            out += static_cast<char>(byte + 32);
        } else if (two_bytes) {
            const auto next = static_cast<unsigned char>(text[++i]);
            const unsigned c = fold_code_point(((byte & 0x1FU) << 6) | (next & 0x3FU));
            out += static_cast<char>(0xC0 | (c >> 6));
            out += static_cast<char>(0x80 | (c & 0x3F));
        } else {
            out += text[i];
        }
    }
    return out;
}

} // namespace kidevent::events
