#pragma once
// Short forms for the answers that handlers give.

#include "http/etag.hpp"
#include "http/json_writer.hpp"

#include <kidevent/response.hpp>

namespace kidevent::http {

inline response json_response(int status, std::string body) {
    response made;
    made.status = status;
    made.headers.push_back({"Content-Type", "application/json"});
    made.body = std::move(body);
    return made;
}

inline response empty_response(int status) {
    response made;
    made.status = status;
    return made;
}

// One thing, and the version that it has as the ETag: `write(writer, what..)` writes it.
template<class Write, class... What>
response versioned_response(int status, int version, Write write, const What&... what) {
    std::string text;
    json_writer out{text};
    write(out, what...);
    response made = json_response(status, std::move(text));
    made.headers.push_back({"ETag", etag_of(version)});
    return made;
}

// Ends a list: {"data":[...],"page":{"limit":..,"has_more":..,"next":..}}. The writer stands behind the
// array.
inline void write_page(json_writer& out, int limit, const std::string& next_cursor) {
    out.key("page").begin_object().member("limit", limit).member("has_more", !next_cursor.empty());
    out.key("next");
    if (next_cursor.empty())
        out.value(nullptr);
    else
        out.value(next_cursor);
    out.end_object();
}

} // namespace kidevent::http
