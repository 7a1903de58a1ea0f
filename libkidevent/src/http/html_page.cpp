#include "http/html_page.hpp"

namespace kidevent::http {

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
        case '&': safe += "&amp;"; break;
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '"': safe += "&quot;"; break;
        default: safe += c;
        }
    }
    return safe;
}

std::string paragraph(std::string_view text, std::string_view attributes) {
    return "<p" + std::string{attributes} + ">" + escaped(text) + "</p>\n";
}

response html_page(std::string_view title, std::string_view language, int status, std::string_view content) {
    response made;
    made.status = status;
    made.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    made.body = "<!DOCTYPE html>\n<html lang=\"" + std::string{language}
                + "\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
                  "initial-scale=1\"><title>"
                + escaped(title) + "</title></head>\n<body><main>\n<h1>" + escaped(title) + "</h1>\n"
                + std::string{content} + "</main></body>\n</html>\n";
    return made;
}

} // namespace kidevent::http
