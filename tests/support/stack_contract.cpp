#include "support/stack_contract.hpp"

#include "http/ascii.hpp"
#include "support/api_client.hpp"
#include "support/api_contract.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace kidevent::tests {

namespace {

using complaints = std::vector<std::string>;

std::string_view take_word(std::string_view& from) {
    const std::string_view word = from.substr(0, from.find_first_of(" \r\n"));
    from.remove_prefix(std::min(from.size(), word.size() + 1));
    return word;
}

// What was asked for, as far as the bytes tell. A target that is a whole URI names the host too.
request read_request(std::string_view sent) {
    request read;
    std::string_view line = sent.substr(0, sent.find("\r\n"));
    read.method = take_word(line);
    std::string_view target = take_word(line);
    if (const auto host = sent.find("\r\nHost: "); host != std::string_view::npos) {
        std::string_view rest = sent.substr(host + 8);
        read.host = take_word(rest);
    }
    if (target.starts_with("http://")) {
        target.remove_prefix(7);
        const auto path = std::min(target.find('/'), target.size());
        read.host = target.substr(0, path);
        target.remove_prefix(path);
    }
    read.target = target;
    return read;
}

// The rest belongs to the connection, not to the answer.
response read_response(const http_answer& received) {
    response read;
    read.status = received.status;
    for (const header& each : received.headers) {
        const bool of_connection = http::equal_ignoring_case(each.name, "Connection")
                                   || http::equal_ignoring_case(each.name, "Keep-Alive")
                                   || http::equal_ignoring_case(each.name, "Transfer-Encoding");
        if (!of_connection) read.headers.push_back(each);
    }
    read.body = received.body;
    return read;
}

void require(const response& of, std::initializer_list<const char*> headers, complaints& out) {
    for (const char* each : headers)
        if (of.header_value(each).empty()) out.push_back(std::string{each} + " is missing");
}

// nginx or the front explain themselves to a program.
void check_foreign_problem(const response& received, complaints& out) {
    for (std::string& each : list_violations_of_problem(received))
        out.push_back(std::move(each));
    require(received, {"Cache-Control", "X-Content-Type-Options"}, out);
    if (received.status >= 502) require(received, {"Retry-After"}, out);
}

// nginx's own words for what it could not read as a request, or does not know; without its version.
void check_page_of_nginx(const response& received, complaints& out) {
    constexpr std::array<int, 7> unreadable{400, 405, 408, 411, 414, 501, 505};
    if (std::find(unreadable.begin(), unreadable.end(), received.status) == unreadable.end())
        out.push_back("a page of nginx that says more than that the request was not understood");
    if (!received.header_value("Content-Type").starts_with("text/html"))
        out.push_back("a page of nginx that is no page: "
                      + std::string{received.header_value("Content-Type")});
}

// A file of ours that nginx sent.
void check_file(const response& received, complaints& out) {
    require(received,
            {"Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
             "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options", "Cache-Control", "Content-Type"},
            out);
}

bool is_for_programs(const request& wanted) {
    const std::string_view path = std::string_view{wanted.target}.substr(0, wanted.target.find('?'));
    return path.starts_with("/api/") || path == "/livez" || path == "/readyz";
}

} // namespace

std::vector<std::string> list_stack_violations(std::string_view sent, const http_answer& received) {
    const request wanted = read_request(sent);
    const response answer = read_response(received);
    // Only the library numbers requests.
    if (!answer.header_value("X-Request-Id").empty()) return list_violations(wanted, answer, false);
    complaints out;
    if (answer.header_value("Server") != "nginx")
        out.push_back("nginx tells its version, or another answered");
    if (answer.header_value("Content-Type") == "application/problem+json")
        check_foreign_problem(answer, out);
    else if (answer.text().find("<hr><center>nginx</center>") != std::string_view::npos)
        check_page_of_nginx(answer, out);
    else if (is_for_programs(wanted))
        out.push_back("not the library's, and neither a problem nor a page of nginx");
    else
        check_file(answer, out);
    return out;
}

} // namespace kidevent::tests
