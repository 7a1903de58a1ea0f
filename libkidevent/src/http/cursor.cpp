#include "http/cursor.hpp"

#include "crypto/base64url.hpp"
#include "crypto/hmac.hpp"

#include <algorithm>
#include <stdexcept>

namespace kidevent::http {

namespace {

constexpr char format_version = 1;
constexpr std::size_t tag_bytes = 16;

// Length in two bytes, then the text: no two lists of texts give the same bytes.
void append_sized(std::string& out, std::string_view text) {
    if (text.size() > 0xffff) throw std::length_error("a part of a cursor is longer than 65535 bytes");
    out += static_cast<char>(text.size() >> 8U);
    out += static_cast<char>(text.size() & 0xffU);
    out += text;
}

// False when the bytes are not a list of sized texts.
bool read_sized(std::string_view bytes, std::vector<std::string>& out) {
    while (!bytes.empty()) {
        if (bytes.size() < 2 || out.size() == cursor_signer::parts_max) return false;
        const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) * 256
                                 + static_cast<unsigned char>(bytes[1]);
        bytes.remove_prefix(2);
        if (bytes.size() < size) return false;
        out.emplace_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    return true;
}

std::string tag_of(const cursor_signer::mac& sign, const cursor_scope& scope, std::string_view payload) {
    std::string signed_text = "kidevent cursor";
    for (const std::string_view part : {scope.tenant, scope.operation, scope.filter, payload})
        append_sized(signed_text, part);
    const crypto::digest whole = sign(signed_text);
    std::string out;
    for (std::size_t i = 0; i < tag_bytes; ++i)
        out += static_cast<char>(whole[i]);
    return out;
}

} // namespace

bool cursor_signer::is_ours(const cursor_scope& scope, std::string_view payload, std::string_view tag) const {
    if (crypto::equal_in_constant_time(tag, tag_of(sign_, scope, payload))) return true;
    return std::any_of(others_.begin(), others_.end(), [&](const mac& other) {
        return crypto::equal_in_constant_time(tag, tag_of(other, scope, payload));
    });
}

std::string cursor_signer::encode(const cursor_scope& scope, const std::vector<std::string>& parts) const {
    if (parts.size() > parts_max) throw std::length_error("a cursor has at most 8 parts");
    std::string payload(1, format_version);
    for (const std::string& part : parts)
        append_sized(payload, part);
    const std::string signed_payload = payload + tag_of(sign_, scope, payload);
    std::string out = crypto::encode_base64url(std::string_view{signed_payload});
    if (out.size() > text_bytes_max) throw std::length_error("a cursor is longer than 1024 bytes");
    return out;
}

result<std::vector<std::string>> cursor_signer::decode(const cursor_scope& scope,
                                                       std::string_view cursor) const {
    const auto refused = refuse(errc::invalid_cursor);
    if (cursor.size() > text_bytes_max) return refused;
    const auto bytes = crypto::decode_base64url(cursor);
    if (!bytes || bytes->size() < tag_bytes + 1) return refused;
    const std::string_view payload = std::string_view{*bytes}.substr(0, bytes->size() - tag_bytes);
    const std::string_view tag = std::string_view{*bytes}.substr(payload.size());
    if (!is_ours(scope, payload, tag) || payload.front() != format_version) return refused;
    std::vector<std::string> parts;
    if (!read_sized(payload.substr(1), parts)) return refused;
    return parts;
}

result<int> page_limit(const query_string& query) {
    const auto limit = query.find_integer("limit", 1, page_limit_max);
    if (!limit) return limit.error();
    return static_cast<int>(limit->value_or(page_limit_default));
}

} // namespace kidevent::http
