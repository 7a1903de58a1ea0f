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

// A copy of a public answer for this request: 304 without a body when the client has it already. The answer
// may be kept but is asked for again each time, so that nobody sees what they changed themselves as it was
// before.
inline response public_answer(const response& made, const request& incoming) {
    response copy;
    copy.headers = made.headers;
    copy.headers.push_back({"Cache-Control", "public, no-cache"});
    if (is_not_modified(incoming, made.header_value("ETag"))) {
        copy.status = 304;
        std::erase_if(copy.headers, [](const header& each) { return each.name == "Content-Type"; });
    } else {
        copy.status = made.status;
        copy.body = std::string{made.text()};
    }
    return copy;
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
