#include "http_client/answer_body.hpp"

#include <charconv>

namespace kidevent::http_client {

namespace {

struct read_chunks {
    std::string body;
    bool has_ended = false; // at the last chunk, or at something that is none
};

read_chunks read(std::string_view bytes) {
    read_chunks found;
    for (;;) {
        const auto line_end = bytes.find("\r\n");
        if (line_end == std::string_view::npos) return found;
        std::size_t size = 0;
        const auto read = std::from_chars(bytes.data(), bytes.data() + line_end, size, 16);
        found.has_ended = read.ec != std::errc{} || size == 0;
        if (found.has_ended) return found;
        bytes.remove_prefix(line_end + 2);
        found.body += bytes.substr(0, size);
        if (bytes.size() < 2 || size > bytes.size() - 2) return found;
        bytes.remove_prefix(size + 2);
    }
}

} // namespace

bool is_complete(const answer_framing& framed, std::string_view bytes) {
    if (framed.is_chunked) return read(bytes).has_ended;
    return framed.length && bytes.size() >= *framed.length;
}

std::string unframed(const answer_framing& framed, std::string_view bytes) {
    if (framed.is_chunked) return read(bytes).body;
    return std::string{framed.length ? bytes.substr(0, *framed.length) : bytes};
}

} // namespace kidevent::http_client
