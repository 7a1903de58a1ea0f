#include <kidevent/request.hpp>
#include <kidevent/response.hpp>

namespace kidevent {

namespace {

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

std::string_view first_value(const std::vector<header>& headers, std::string_view name) noexcept {
    for (const header& candidate : headers)
        if (same_name(candidate.name, name)) return candidate.value;
    return {};
}

} // namespace

std::string_view request::header_value(std::string_view name) const noexcept {
    return first_value(headers, name);
}

std::size_t request::header_count(std::string_view name) const noexcept {
    std::size_t count = 0;
    for (const header& candidate : headers)
        if (same_name(candidate.name, name)) ++count;
    return count;
}

std::string_view response::text() const noexcept {
    const auto* buffer = std::get_if<std::string>(&body);
    return buffer ? std::string_view{*buffer} : std::string_view{};
}

std::string_view response::header_value(std::string_view name) const noexcept {
    return first_value(headers, name);
}

} // namespace kidevent
