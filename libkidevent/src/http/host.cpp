#include "http/host.hpp"

#include "http/ascii.hpp"
#include "http/text_format.hpp"

#include <algorithm>

namespace kidevent::http {

std::optional<std::string> normalised_host(std::string_view host_header) {
    const std::size_t colon = host_header.find(':');
    if (colon != std::string_view::npos) {
        const std::string_view port = host_header.substr(colon + 1);
        if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit))
            return std::nullopt;
        host_header = host_header.substr(0, colon);
    }
    if (host_header.ends_with('.')) host_header.remove_suffix(1);
    if (!is_hostname(host_header)) return std::nullopt;
    std::string out{host_header};
    std::transform(out.begin(), out.end(), out.begin(), to_lower);
    return out;
}

std::optional<std::string_view> slug_of(std::string_view host, std::string_view base_domain) noexcept {
    if (base_domain.empty() || host.size() < base_domain.size() + 2 || !host.ends_with(base_domain))
        return std::nullopt;
    const std::string_view front = host.substr(0, host.size() - base_domain.size());
    const std::string_view label = front.substr(0, front.size() - 1);
    if (front.back() != '.' || label.find('.') != std::string_view::npos) return std::nullopt;
    return label;
}

} // namespace kidevent::http
