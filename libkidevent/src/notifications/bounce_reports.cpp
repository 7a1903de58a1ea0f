// Reading what mail servers and providers report of messages that came back.

#include "notifications/bounce.hpp"

#include "http/ascii.hpp"

#include <boost/json/parse.hpp>

namespace kidevent::notifications {

namespace {

struct addressed {
    std::string slug;
    notification_id id;
};

// Of a Message-ID that message_id_of() wrote.
std::optional<addressed> parse_message_id(std::string_view text, std::string_view base_domain) {
    if (!text.starts_with('<') || !text.ends_with('>')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
    const auto at = text.find('@');
    const std::string ending = "." + std::string{base_domain};
    if (at == std::string_view::npos || !text.ends_with(ending)) return std::nullopt;
    const auto id = parse_uuid(text.substr(0, at));
    const std::string_view slug = text.substr(at + 1, text.size() - at - 1 - ending.size());
    if (!id || slug.empty()) return std::nullopt;
    return addressed{std::string{slug}, notification_id{*id}};
}

// The value of "Name: value", "" when the line is another one.
std::string_view value_of(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':') return {};
    if (!http::equal_ignoring_case(line.substr(0, name.size()), name)) return {};
    return http::trimmed(line.substr(name.size() + 1));
}

template<class Take> void each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        take(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

// A delivery status has one group of fields for each recipient; our messages have one recipient.
std::optional<bounce_report> read_status_notification(std::string_view text, std::string_view base_domain) {
    bool has_failed = false;
    bounce_report read;
    std::optional<addressed> message;
    each_line(text, [&](std::string_view line) {
        if (const auto value = value_of(line, "Action"); !value.empty())
            has_failed = http::equal_ignoring_case(value, "failed");
        if (const auto value = value_of(line, "Status"); !value.empty()) read.status = value;
        if (const auto value = value_of(line, "Diagnostic-Code"); !value.empty()) read.detail = value;
        // The report has an id of its own; that of the message comes last, from its headers.
        if (const auto value = value_of(line, "Message-ID"); !value.empty())
            if (auto ours = parse_message_id(value, base_domain)) message = std::move(ours);
    });
    if (!message || !has_failed || !read.status.starts_with('5')) return std::nullopt;
    read.slug = message->slug;
    read.id = message->id;
    return read;
}

std::string text_member(const boost::json::object& of, std::string_view name) {
    const auto* const found = of.if_contains(name);
    return found && found->is_string() ? std::string{std::string_view{found->as_string()}} : std::string{};
}

std::optional<bounce_report> read_json_line(std::string_view line, std::string_view base_domain) {
    boost::system::error_code broken;
    const auto parsed = boost::json::parse(line, broken);
    if (broken || !parsed.is_object()) return std::nullopt;
    const auto& object = parsed.as_object();
    const auto message = parse_message_id(text_member(object, "message_id"), base_domain);
    const std::string type = text_member(object, "type");
    const std::string status = text_member(object, "status");
    const bool is_complaint = type == "complaint";
    const bool is_bounce = type == "bounce" && (status.empty() || status.starts_with('5'));
    if (!message || (!is_complaint && !is_bounce)) return std::nullopt;
    return bounce_report{message->slug, message->id,
                         is_complaint ? suppression_reason::complaint : suppression_reason::bounce, status,
                         text_member(object, "detail")};
}

} // namespace

std::string message_id_of(notification_id id, std::string_view slug, std::string_view base_domain) {
    return "<" + to_string(id.value) + "@" + std::string{slug} + "." + std::string{base_domain} + ">";
}

std::vector<bounce_report> read_bounce_reports(std::string_view text, std::string_view base_domain) {
    std::vector<bounce_report> read;
    if (!http::trimmed(text).starts_with('{')) {
        if (auto one = read_status_notification(text, base_domain)) read.push_back(std::move(*one));
        return read;
    }
    each_line(text, [&](std::string_view line) {
        if (auto one = read_json_line(line, base_domain)) read.push_back(std::move(*one));
    });
    return read;
}

} // namespace kidevent::notifications
