#include "notifications/smtp_reply.hpp"

#include "http/ascii.hpp"
#include "http/utf8.hpp"

namespace kidevent::notifications {

namespace {

constexpr std::size_t summary_bytes_max = 300;

// RFC 4954 and 3207: what must be done first.
bool is_about_the_connection(int code) { return code == 530 || code == 534 || code == 535 || code == 538; }

} // namespace

std::string smtp_reply::summary() const {
    std::string made = std::to_string(code);
    for (const std::string& each : lines)
        if (!each.empty() && made.size() < summary_bytes_max) made += " " + each;
    for (char& c : made)
        if (http::is_control(c)) c = ' ';
    if (const auto wrong = http::find_invalid_utf8(made)) made.resize(*wrong);
    return std::string{http::utf8_prefix(made, summary_bytes_max)};
}

std::optional<smtp_reply_line> parse_reply_line(std::string_view line) {
    if (line.size() < 3 || line[0] < '2' || line[0] > '5') return std::nullopt;
    if (!http::is_digit(line[1]) || !http::is_digit(line[2])) return std::nullopt;
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (line.size() == 3) return smtp_reply_line{code, true, {}};
    if (line[3] != ' ' && line[3] != '-') return std::nullopt;
    return smtp_reply_line{code, line[3] == ' ', line.substr(4)};
}

delivery_report judge_refusal(const smtp_reply& reply) {
    const bool is_final = reply.code >= 500 && !is_about_the_connection(reply.code);
    return {is_final ? delivery_outcome::rejected : delivery_outcome::deferred, reply.code, reply.summary(),
            ""};
}

} // namespace kidevent::notifications
