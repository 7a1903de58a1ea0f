#include "fastcgi/refusal.hpp"

#include <string_view>
#include <utility>

namespace kidevent::fastcgi {

namespace {

struct problem_words {
    std::string_view code; // as http/problem.cpp has it, where it has one
    std::string_view title;
};

problem_words words_for(int status) noexcept {
    switch (status) {
    case 400: return {"malformed_request", "Malformed request"};
    case 413: return {"body_too_large", "Body too large"};
    case 431: return {"headers_too_large", "Header fields too large"};
    case 501: return {"not_implemented", "Not implemented"};
    default: return {"internal_error", "Internal error"};
    }
}

} // namespace

response refusal_response(const refusal& why) {
    const problem_words words = words_for(why.status);
    std::string body = R"({"type":"/problems/)";
    body.append(words.code).append(R"(","title":")").append(words.title);
    body.append(R"(","status":)").append(std::to_string(why.status));
    body.append(R"(,"detail":")").append(why.detail);
    body.append(R"(","code":")").append(words.code).append("\"}");
    response answer;
    answer.status = why.status;
    answer.headers = {{"Content-Type", "application/problem+json"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}};
    answer.body = std::move(body);
    return answer;
}

} // namespace kidevent::fastcgi
