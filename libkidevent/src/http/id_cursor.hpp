#pragma once
// The cursor of lists that are ordered by the id of their rows.

#include "http/request_context.hpp"

namespace kidevent::http {

// The id after which the list goes on; std::nullopt on the first page. Errors: invalid_cursor.
template<class Id>
result<std::optional<Id>> read_id_cursor(const request_context& context, const cursor_scope& scope) {
    const auto cursor = context.query.find("cursor");
    if (!cursor) return std::optional<Id>{};
    const auto parts = context.parts.cursors.decode(scope, *cursor);
    if (!parts) return parts.error();
    return std::optional<Id>{Id{*parse_uuid(parts->front())}};
}

} // namespace kidevent::http
