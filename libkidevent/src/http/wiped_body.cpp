#include "http/wiped_body.hpp"

#include <string.h>

namespace kidevent::http {

void wipe(std::string& text) noexcept {
    text.resize(text.capacity());
    ::explicit_bzero(text.data(), text.size());
    text.clear();
}

void wipe(boost::json::value& body) noexcept {
    if (auto* const text = body.if_string()) {
        ::explicit_bzero(text->data(), text->size());
    } else if (auto* const items = body.if_array()) {
        for (boost::json::value& each : *items)
            wipe(each);
    } else if (auto* const members = body.if_object()) {
        for (auto& each : *members)
            wipe(each.value());
    }
}

} // namespace kidevent::http
