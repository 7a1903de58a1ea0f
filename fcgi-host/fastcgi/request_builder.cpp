#include "fastcgi/request_builder.hpp"

#include "fastcgi/target_check.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kidevent::fastcgi {
namespace {

constexpr std::string_view header_prefix = "HTTP_";
constexpr std::array<std::string_view, 7> methods = {"GET",   "HEAD",   "POST",   "PUT",
                                                     "PATCH", "DELETE", "OPTIONS"};

// Headers whose second occurrence has no agreed meaning. Parsers that pick the first and parsers
// that pick the last disagree about such a request, so nobody gets to see it.
bool is_singleton(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 7> names = {
        "authorization", "idempotency-key", "if-match", "origin", "x-request-id", "x-csrf-token", "range"};
    return name.substr(0, 8) == "content-" || std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<std::string> header_name(std::string_view param_name) {
    std::string name;
    name.reserve(param_name.size());
    for (const char c : param_name) {
        if (c >= 'A' && c <= 'Z')
            name.push_back(static_cast<char>(c - 'A' + 'a'));
        else if (c == '_')
            name.push_back('-');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')
            name.push_back(c);
        else
            return std::nullopt;
    }
    if (name.empty()) return std::nullopt;
    return name;
}

bool is_field_value(std::string_view value) noexcept {
    return std::all_of(value.begin(), value.end(), [](char c) {
        return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    });
}

std::optional<std::uint64_t> parse_content_length(std::string_view text) noexcept {
    if (text.size() > 18) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

// A parameter that the front sets once. nginx sends unset ones as empty.
struct single {
    std::string_view name;
    std::string_view value;
    int seen = 0;
};

class builder {
public:
    std::optional<refusal> add(const param& one);
    built_request finish(std::uint64_t body_bytes_max);

private:
    std::optional<refusal> add_header(const param& one);
    std::optional<refusal> check_body_headers() const;
    std::string_view front_value(std::size_t index) const noexcept { return front_[index].value; }

    enum : std::size_t { method, target, path, address, type, length, host };
    std::array<single, 7> front_{{{"REQUEST_METHOD", {}},
                                  {"REQUEST_URI", {}},
                                  {"DOCUMENT_URI", {}},
                                  {"REMOTE_ADDR", {}},
                                  {"CONTENT_TYPE", {}},
                                  {"CONTENT_LENGTH", {}},
                                  {"HTTP_HOST", {}}}};
    std::string_view client_type_;   // Content-Type and Content-Length as the client spelled them;
    std::string_view client_length_; // nginx passes them on beside CONTENT_TYPE and CONTENT_LENGTH
    std::vector<header> headers_;
};

std::optional<refusal> builder::add(const param& one) {
    if (one.value.find('\0') != std::string_view::npos)
        return refusal{400, "A header field holds a NUL character."};
    for (auto& known : front_) {
        if (known.name != one.name) continue;
        if (++known.seen > 1) return refusal{400, "The request repeats a field that may occur only once."};
        if (!is_field_value(one.value) && known.name != "DOCUMENT_URI" && known.name != "REQUEST_URI")
            return refusal{400, "A header field holds a control character."};
        known.value = one.value;
        return std::nullopt;
    }
    if (one.name.substr(0, header_prefix.size()) == header_prefix) return add_header(one);
    return std::nullopt;
}

std::optional<refusal> builder::add_header(const param& one) {
    auto name = header_name(one.name.substr(header_prefix.size()));
    if (!name) return refusal{400, "A header field has an invalid name."};
    if (!is_field_value(one.value))
        return refusal{400, "The header field " + *name + " holds a control character."};
    // "Proxy:" would become HTTP_PROXY, which HTTP clients obey; the framing was undone by nginx.
    if (one.value.empty() || *name == "proxy" || *name == "transfer-encoding") return std::nullopt;
    // Only reachable through a spelling other than HTTP_HOST, which is matched exactly.
    if (*name == "host") return refusal{400, "The header field host may occur only once."};
    auto& client = *name == "content-type" ? client_type_ : client_length_;
    if (*name == "content-type" || *name == "content-length") {
        if (!client.empty()) return refusal{400, "The header field " + *name + " may occur only once."};
        client = one.value;
        return std::nullopt;
    }
    const auto known = std::find_if(headers_.begin(), headers_.end(),
                                    [&](const header& field) { return field.name == *name; });
    if (known != headers_.end()) {
        if (is_singleton(*name)) return refusal{400, "The header field " + *name + " may occur only once."};
        if (*name == "cookie") { // RFC 9113 8.2.3: one cookie string
            known->value.append("; ").append(one.value);
            return std::nullopt;
        }
    }
    headers_.push_back({*std::move(name), std::string(one.value)});
    return std::nullopt;
}

std::optional<refusal> builder::check_body_headers() const {
    if (!client_type_.empty() && client_type_ != front_value(type))
        return refusal{400, "The header field content-type may occur only once."};
    if (!client_length_.empty() && client_length_ != front_value(length))
        return refusal{400, "The header field content-length may occur only once."};
    return std::nullopt;
}

built_request builder::finish(std::uint64_t body_bytes_max) {
    if (front_value(method).empty()) return no_request{"REQUEST_METHOD is missing"};
    if (front_value(host).empty()) return no_request{"HTTP_HOST is missing"};
    if (auto fault = check_body_headers()) return *std::move(fault);
    if (std::find(methods.begin(), methods.end(), front_value(method)) == methods.end())
        return refusal{501, "The request method is not known here."};
    if (const char* fault = find_target_fault(front_value(target), front_value(path)))
        return refusal{400, fault};
    const auto content_length = parse_content_length(front_value(length));
    if (!content_length) return refusal{400, "Content-Length is not a number."};
    if (*content_length > body_bytes_max) return refusal{413, "The request body is too large."};
    incoming out;
    out.content_length = *content_length;
    out.value.method = front_value(method);
    out.value.target = front_value(target);
    out.value.host = front_value(host);
    out.value.remote_address = front_value(address);
    out.value.headers = std::move(headers_);
    if (!front_value(type).empty())
        out.value.headers.push_back({"content-type", std::string(front_value(type))});
    if (!front_value(length).empty())
        out.value.headers.push_back({"content-length", std::string(front_value(length))});
    return out;
}

} // namespace

built_request build_request(std::span<const param> params, std::uint64_t body_bytes_max) {
    builder building;
    for (const auto& one : params)
        if (auto fault = building.add(one)) return *std::move(fault);
    return building.finish(body_bytes_max);
}

} // namespace kidevent::fastcgi
