#include "http/well_known.hpp"

namespace kidevent::http {

namespace {

response text_answer(std::string text) {
    response answer;
    answer.headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"Cache-Control", "public, max-age=86400"}};
    answer.body = std::move(text);
    return answer;
}

std::string security_text(std::string_view origin, const http_settings& with) {
    return "Contact: " + with.security_contact + "\nExpires: " + with.security_expires
           + "\nCanonical: " + std::string{origin} + "/.well-known/security.txt\n";
}

} // namespace

std::optional<response> find_well_known(const request& incoming, std::string_view path,
                                        std::string_view origin, const http_settings& with) {
    if (incoming.method != "GET") return std::nullopt;
    if (path == "/.well-known/security.txt" && !with.security_contact.empty())
        return text_answer(security_text(origin, with));
    // What an organisation's pages hold about children's events is for its people, not for an index.
    if (path == "/robots.txt") return text_answer("User-agent: *\nDisallow: /\n");
    if (path != "/.well-known/change-password") return std::nullopt;
    response there;
    there.status = 302;
    there.headers.push_back({"Location", with.change_password_path});
    return there;
}

} // namespace kidevent::http
