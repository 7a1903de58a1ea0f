#pragma once
// Pagination. A cursor holds the sort key of the last row; it is signed, so that nobody can ask for a
// position that we did not hand out, and bound to the tenant, the operation and the filters that it was made
// for.

#include "core/result.hpp"
#include "crypto/sha256.hpp"
#include "http/query_string.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kidevent::http {

struct cursor_scope {
    std::string_view tenant;    // the tenant's id as text
    std::string_view operation; // the operation's name, e.g. "list_events"
    std::string_view filter;    // the filters that the list was made with, in one fixed spelling
};

class cursor_signer {
public:
    using mac = std::function<crypto::digest(std::string_view)>;

    static constexpr std::size_t parts_max = 8;
    static constexpr std::size_t text_bytes_max = 1024;

    // `sign` is a message authentication code under a secret key, such as HMAC-SHA-256. A cursor that one of
    // `others` signed is believed, too: keys are changed while pages are being turned.
    explicit cursor_signer(mac sign, std::vector<mac> others = {})
        : sign_(std::move(sign)), others_(std::move(others)) {}

    // The parts come back from decode() as they are. Throws std::length_error for more than parts_max parts
    // or when the cursor would be longer than text_bytes_max: sort keys are short.
    std::string encode(const cursor_scope& scope, const std::vector<std::string>& parts) const;

    // Errors: invalid_cursor for a cursor that is forged, damaged, or was made for another scope.
    result<std::vector<std::string>> decode(const cursor_scope& scope, std::string_view cursor) const;

private:
    bool is_ours(const cursor_scope& scope, std::string_view payload, std::string_view tag) const;

    mac sign_;
    std::vector<mac> others_;
};

constexpr int page_limit_default = 20;
constexpr int page_limit_max = 100;

// The parameter `limit`: 1 to 100, 20 when it is absent. Errors: invalid_fields.
result<int> page_limit(const query_string& query);

} // namespace kidevent::http
