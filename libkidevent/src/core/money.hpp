#pragma once
// Currencies. An amount of money is a whole number of minor units (cents) beside the currency's code.

#include <cstddef>
#include <string_view>

namespace kidevent {

// Three capital letters, as in ISO 4217. Whether the code is assigned to a currency is not asked.
bool is_currency(std::string_view text) noexcept;

// Digits after the decimal point in amounts of this currency.
std::size_t minor_digits(std::string_view currency) noexcept;

} // namespace kidevent
