#include "notifications/unsubscribe_page.hpp"

#include "notifications/message_template.hpp"

namespace kidevent::notifications {

namespace {

struct page_words {
    std::string_view locale;
    std::string_view question;
    std::string_view button;
    std::string_view done;
};
constexpr page_words words[] = {
    {"en", "Do you want no more e-mails of this kind?", "Send me no more",
     "You will get no more e-mails of this kind."},
    {"de", "Möchten Sie keine E-Mails dieser Art mehr?", "Nicht mehr senden",
     "Sie bekommen keine E-Mails dieser Art mehr."},
    {"fr", "Ne plus recevoir ce type d’e-mails ?", "Ne plus en recevoir",
     "Vous ne recevrez plus ce type d’e-mails."},
};

const page_words& words_for(const tenancy::tenant& at) {
    const std::string_view locale = best_locale(at.locale);
    for (const page_words& each : words)
        if (each.locale == locale) return each;
    return words[0];
}

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

response page(const tenancy::tenant& at, const page_words& say, const std::string& content) {
    response made;
    made.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    made.body = "<!DOCTYPE html>\n<html lang=\"" + std::string{say.locale}
                + "\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
                  "initial-scale=1\"><title>"
                + escaped(at.name) + "</title></head>\n<body><main>\n<h1>" + escaped(at.name) + "</h1>\n"
                + content + "</main></body>\n</html>\n";
    return made;
}

} // namespace

response unsubscribe_page(const tenancy::tenant& at, std::string_view token) {
    const page_words& say = words_for(at);
    return page(at, say,
                "<p>" + std::string{say.question}
                    + "</p>\n<form method=\"post\" action=\"/api/v1/unsubscribe?token=" + escaped(token)
                    + "\"><input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\"><button>"
                    + std::string{say.button} + "</button></form>\n");
}

response unsubscribed_page(const tenancy::tenant& at) {
    const page_words& say = words_for(at);
    return page(at, say, "<p>" + std::string{say.done} + "</p>\n");
}

} // namespace kidevent::notifications
