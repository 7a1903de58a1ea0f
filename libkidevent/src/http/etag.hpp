#pragma once
// Row versions as entity tags (RFC 9110, 8.8.3), so that nobody overwrites a change that they have not seen.

#include "core/result.hpp"

#include <kidevent/request.hpp>

#include <string>
#include <string_view>

namespace kidevent::http {

// `"v7"`, with the quotation marks. Versions begin at 1.
std::string etag_of(int version);

// `"v7.<16 hex digits>"`: the tag of one representation, for answers that hold more than the row (the places
// left of its sessions). If-Match reads its version; as a tag it equals none but itself.
std::string etag_of(int version, std::string_view body);
// The same without a version, of a list.
std::string etag_of(std::string_view body);

// The version that If-Match names. A weak tag (W/"v7") is taken too: nginx weakens our tags when it
// compresses an answer, and a version names the row's state, not the bytes sent. Errors: version_required
// when the header is absent; malformed_request for "*", a list, or anything that etag_of() did not write.
result<int> required_version(const request& incoming);

// True when If-None-Match lists this version (or is "*"): the answer is 304. Weak comparison; entries that
// are not ours match nothing.
bool is_not_modified(const request& incoming, int version);
// The same for a tag as a whole.
bool is_not_modified(const request& incoming, std::string_view etag);

} // namespace kidevent::http
