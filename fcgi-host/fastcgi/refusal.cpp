#include "fastcgi/refusal.hpp"

#include <utility>

namespace kidevent::fastcgi {

std::string_view status_title(int status) noexcept {
    switch (status) {
    case 400: return "Bad Request";
    case 413: return "Content Too Large";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    default: return "Error";
    }
}

response refusal_response(const refusal& why) {
    std::string body = R"({"type":"about:blank","title":")";
    body.append(status_title(why.status));
    body.append(R"(","status":)").append(std::to_string(why.status));
    body.append(R"(,"detail":")").append(why.detail).append("\"}");
    response answer;
    answer.status = why.status;
    answer.headers = {{"Content-Type", "application/problem+json"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}};
    answer.body = std::move(body);
    return answer;
}

} // namespace kidevent::fastcgi
