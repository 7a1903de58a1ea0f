#include "notifications/unsubscribe_page.hpp"

#include "http/html_page.hpp"
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

} // namespace

response unsubscribe_page(const tenancy::tenant& at, std::string_view token) {
    const page_words& say = words_for(at);
    return http::html_page(
        at.name, say.locale, 200,
        http::paragraph(say.question)
            + "<form method=\"post\" action=\"/api/v1/unsubscribe?token=" + http::escaped(token)
            + "\"><input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\"><button>"
            + http::escaped(say.button) + "</button></form>\n");
}

response unsubscribed_page(const tenancy::tenant& at) {
    const page_words& say = words_for(at);
    return http::html_page(at.name, say.locale, 200, http::paragraph(say.done));
}

} // namespace kidevent::notifications
