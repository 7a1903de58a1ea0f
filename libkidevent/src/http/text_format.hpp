#pragma once
// The text formats that a schema can demand. Grammar only: whether a zone or a mailbox exists is a service's
// question.

#include <optional>
#include <string_view>

namespace kidevent::http {

// date and date_time: RFC 3339. email: one ASCII mailbox of at most 254 bytes, domain with a dot. uri:
// absolute http or https URL without user and password, because these are shown as links or called. hostname:
// LDH labels. time_zone: the shape of an IANA name, such as Europe/Vienna.
enum class text_format { uuid, date, date_time, email, uri, hostname, time_zone };

// By its name in JSON Schema: "uuid", "date", "date-time", "email", "uri", "hostname", "time-zone".
std::optional<text_format> parse_text_format(std::string_view name) noexcept;

bool has_format(std::string_view text, text_format format) noexcept;

// What a person is told, e.g. "must be a date such as 2026-07-01".
std::string_view demand_of(text_format format) noexcept;

// True for texts with control characters (other than line feed and tab), C1 controls, or characters that
// override the direction of writing: they can make a name look like another one. Precondition: is_utf8(text).
bool has_deceptive_characters(std::string_view text) noexcept;

bool is_email(std::string_view text) noexcept;
// 1 to 253 bytes of letter-digit-hyphen labels of 1 to 63 bytes, either case, no dot at the end.
bool is_hostname(std::string_view text) noexcept;
bool is_http_url(std::string_view text) noexcept;
bool is_time_zone_name(std::string_view text) noexcept;

} // namespace kidevent::http
