#include "notifications/mail_message.hpp"

#include "http/ascii.hpp"
#include "http/text_format.hpp"
#include "http/utf8.hpp"
#include "notifications/mail_encoding.hpp"

#include <algorithm>
#include <ctime>
#include <string_view>

namespace kidevent::notifications {

namespace {

// A header field must fit a line of 998 characters however it is encoded.
constexpr std::size_t url_bytes_max = 900;
constexpr std::size_t id_bytes_max = 250;
constexpr std::size_t name_bytes_max = 500;
constexpr std::size_t subject_bytes_max = 1000;
constexpr std::size_t language_bytes_max = 35;

bool has_control(std::string_view text) { return std::any_of(text.begin(), text.end(), http::is_control); }

bool is_field_text(std::string_view text, std::size_t bytes_max) {
    return text.size() <= bytes_max && http::is_utf8(text) && !has_control(text);
}

bool is_visible_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool is_message_id(std::string_view text) {
    if (text.size() < 5 || text.size() > id_bytes_max || !text.starts_with('<') || !text.ends_with('>'))
        return false;
    const auto inner = text.substr(1, text.size() - 2);
    const auto at = inner.find('@');
    return is_visible_ascii(inner) && inner.find_first_of("<>()[],;:\\\" ") == std::string_view::npos
           && at != std::string_view::npos && at > 0 && at + 1 < inner.size()
           && inner.find('@', at + 1) == std::string_view::npos;
}

bool is_language(std::string_view text) {
    return text.size() <= language_bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
               return http::is_alphanumeric(c) || c == '-';
           });
}

bool is_link(std::string_view text) {
    return text.size() <= url_bytes_max && http::is_http_url(text) && is_visible_ascii(text)
           && text.find_first_of("<>\"") == std::string_view::npos;
}

std::string date_field(std::chrono::system_clock::time_point at) {
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return std::string{days[utc.tm_wday]} + ", " + two(utc.tm_mday) + " " + months[utc.tm_mon] + " "
           + std::to_string(utc.tm_year + 1900) + " " + two(utc.tm_hour) + ":" + two(utc.tm_min) + ":"
           + two(utc.tm_sec) + " +0000";
}

std::string address_field(const std::string& name, const std::string& address) {
    if (name.empty()) return address;
    return display_name(name) + "\r\n <" + address + ">";
}

std::string part(std::string_view type, std::string_view content) {
    return "Content-Type: text/" + std::string{type}
           + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
           + quoted_printable(content);
}

std::string body(const outgoing_message& what) {
    if (what.html.empty()) return part("plain", what.text);
    // "=_" is nothing that quoted-printable makes, so no line of a part can be taken for the boundary.
    const std::string boundary = "=_kidevent_alternative";
    const std::string start = "--" + boundary + "\r\n";
    return "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n" + start
           + part("plain", what.text) + "\r\n" + start + part("html", what.html) + "\r\n--" + boundary
           + "--\r\n";
}

} // namespace

std::string mail_fault(const outgoing_message& what) {
    if (!http::is_email(what.to)) return "the receiver is no address";
    if (!what.from.empty() && !http::is_email(what.from)) return "the sender is no address";
    if (!what.reply_to.empty() && !http::is_email(what.reply_to)) return "the address for answers is none";
    if (!is_field_text(what.to_name, name_bytes_max)) return "the receiver's name has characters it must not";
    if (!is_field_text(what.from_name, name_bytes_max)) return "the sender's name has characters it must not";
    if (!is_field_text(what.subject, subject_bytes_max)) return "the subject has characters it must not";
    if (!is_message_id(what.message_id)) return "the message id is none";
    if (!is_language(what.language)) return "the language is none";
    if (!what.unsubscribe_url.empty() && !is_link(what.unsubscribe_url))
        return "the unsubscribe link is none";
    if (what.subject.empty() || what.text.empty()) return "there is nothing to say";
    if (!http::is_utf8(what.text) || !http::is_utf8(what.html)) return "the text is not UTF-8";
    return "";
}

std::string compose_mail(const outgoing_message& what, std::chrono::system_clock::time_point sent_at) {
    std::string made;
    const auto add = [&made](std::string_view name, const std::string& value) {
        if (!value.empty()) made.append(name).append(": ").append(value).append("\r\n");
    };
    add("Date", date_field(sent_at));
    add("From", address_field(what.from_name, what.from));
    add("To", address_field(what.to_name, what.to));
    add("Reply-To", what.reply_to);
    add("Subject", header_text(what.subject));
    add("Message-ID", what.message_id);
    add("Auto-Submitted", "auto-generated");
    add("Content-Language", what.language);
    if (!what.unsubscribe_url.empty()) {
        add("List-Unsubscribe", "<" + what.unsubscribe_url + ">");
        add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
    add("MIME-Version", "1.0");
    return made + body(what);
}

} // namespace kidevent::notifications
