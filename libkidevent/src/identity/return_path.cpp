#include "identity/return_path.hpp"

#include "http/ascii.hpp"

#include <algorithm>

namespace kidevent::identity {

namespace {

constexpr std::size_t bytes_max = 500;

// Neither a backslash, which browsers read as a slash, nor '%', behind which both can hide.
bool is_plain_in_path(char c) {
    return http::is_alphanumeric(c) || std::string_view{"/-_.~"}.find(c) != std::string_view::npos;
}

bool is_plain_in_query(char c) {
    return is_plain_in_path(c) || std::string_view{"?&=+:,;!*'()@$%"}.find(c) != std::string_view::npos;
}

} // namespace

bool is_return_path(std::string_view text) noexcept {
    if (text.empty() || text.size() > bytes_max || text.front() != '/') return false;
    const auto path = text.substr(0, text.find('?'));
    if (!std::all_of(path.begin(), path.end(), is_plain_in_path)) return false;
    // An empty segment, "." and ".." change what comes before them.
    if (path.find("//") != path.npos || path.find("/.") != path.npos) return false;
    const auto query = text.substr(path.size());
    return std::all_of(query.begin(), query.end(), is_plain_in_query);
}

} // namespace kidevent::identity
