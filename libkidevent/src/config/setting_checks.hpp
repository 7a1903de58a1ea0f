#pragma once
// What the text of a setting must look like beyond its length. Each gives what is wrong with it, or nullptr.

#include <cstdint>
#include <string_view>

namespace kidevent::config {

// A unix socket address has room for 107 bytes; the longest name we put into the directory fits the rest.
constexpr std::int64_t socket_path_max = 107;
constexpr std::int64_t socket_directory_max = 80;

const char* problem_of_domain(std::string_view text);
// Empty, or a domain.
const char* problem_of_optional_domain(std::string_view text);
// Empty, or an address as in "events@kidevent.example": ASCII, without a display name.
const char* problem_of_mailbox(std::string_view text);
// Empty, or a URL of http or https.
const char* problem_of_url(std::string_view text);
// Empty, "127.0.0.1:9464" or "[::1]:9464"; names are not looked up.
const char* problem_of_address(std::string_view text);
// Visible ASCII: it will stand in a header field.
const char* problem_of_token(std::string_view text);
// NAME:BASE64, where the name is 1 to 16 lower-case letters and digits and the rest spells 32 bytes (43
// characters, or 44 with the padding; the URL-safe alphabet is read as well).
const char* problem_of_encryption_key(std::string_view text);
// 32 bytes or more.
const char* problem_of_signing_key(std::string_view text);
// Empty, "mailto:" or "https://" and what follows: visible ASCII.
const char* problem_of_contact(std::string_view text);
// Empty, or a date and time of RFC 3339.
const char* problem_of_instant(std::string_view text);
// An absolute path on our own hosts: "/account/password".
const char* problem_of_path(std::string_view text);
const char* problem_of_directory(std::string_view text);
// Empty, or an absolute path.
const char* problem_of_optional_path(std::string_view text);
const char* problem_of_pool_name(std::string_view text);
// "07:30"
const char* problem_of_time_of_day(std::string_view text);
// Empty, the absolute path of a socket, or HOST:PORT.
const char* problem_of_redis_address(std::string_view text);
// Empty, or HOST:PORT, more of them after commas.
const char* problem_of_brokers(std::string_view text);
// A name of a topic in Kafka.
const char* problem_of_topic(std::string_view text);

} // namespace kidevent::config
