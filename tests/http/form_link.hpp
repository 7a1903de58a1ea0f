#pragma once
// Links in messages, followed as a browser does. For tests only.

#include "support/api_client.hpp"

namespace kidevent::tests {

// The first link to the API in a text; "" when there is none.
inline std::string first_link(const std::string& text) {
    const auto begin = text.find("https://");
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find_first_of(" \n\"", begin) - begin);
}

// Sends the page's form; `fields` as a form has them: "&password=new+password".
inline request form_of_link(const person& as, const std::string& link, const std::string& fields) {
    return make_request("POST", as, "/api/v1/account-link", link.substr(link.find("token=")) + fields,
                        {{"Content-Type", "application/x-www-form-urlencoded"}});
}

} // namespace kidevent::tests
