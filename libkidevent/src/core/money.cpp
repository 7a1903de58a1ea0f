#include "core/money.hpp"

#include <algorithm>
#include <array>

namespace kidevent {

bool is_currency(std::string_view text) noexcept {
    return text.size() == 3
           && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::size_t minor_digits(std::string_view currency) noexcept {
    // All others have two (ISO 4217).
    constexpr std::array<std::string_view, 16> none{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                    "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
    constexpr std::array<std::string_view, 7> three{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    if (std::find(none.begin(), none.end(), currency) != none.end()) return 0;
    return std::find(three.begin(), three.end(), currency) != three.end() ? 3 : 2;
}

} // namespace kidevent
