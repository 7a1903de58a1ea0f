#include "http/idempotency.hpp"

#include "http/header_field.hpp"

#include <string_view>

namespace kidevent::http {

namespace {

constexpr std::size_t key_bytes_max = 255;

// The text inside the quotation marks, unescaped; std::nullopt when it is not one string of RFC 8941.
std::optional<std::string> unquoted(std::string_view text) {
    std::string out;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') return i + 1 == text.size() ? std::optional{out} : std::nullopt;
        if (text[i] == '\\' && (++i == text.size() || (text[i] != '"' && text[i] != '\\')))
            return std::nullopt;
        if (text[i] < ' ' || text[i] > '~') return std::nullopt;
        out += text[i];
    }
    return std::nullopt;
}

std::optional<std::string> bare(std::string_view text) {
    for (const char c : text)
        if (c <= ' ' || c > '~' || c == '"' || c == '\\' || c == ',' || c == ';') return std::nullopt;
    return std::string{text};
}

} // namespace

result<std::optional<std::string>> idempotency_key(const request& incoming) {
    const auto text = find_single_header(incoming, "Idempotency-Key");
    if (!text) return text.error();
    if (!*text) return std::optional<std::string>{};
    std::optional<std::string> key = (*text)->starts_with('"') ? unquoted(**text) : bare(**text);
    if (!key || key->empty() || key->size() > key_bytes_max)
        return refuse(errc::malformed_request, "Idempotency-Key", "bad_format",
                      "must be 1 to 255 printable ASCII characters, quoted or bare");
    return key;
}

} // namespace kidevent::http
