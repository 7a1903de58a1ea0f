#pragma once
// What a person recognises a browser by, out of what it says of itself.

#include <string>
#include <string_view>

namespace kidevent::identity {

// "Firefox on Linux", "Safari on iPhone", "curl", "a browser on Windows"; "" for a User-Agent that says
// nothing known. At most 60 bytes, of our own words: nothing of what was sent is kept.
std::string device_text(std::string_view user_agent);

} // namespace kidevent::identity
