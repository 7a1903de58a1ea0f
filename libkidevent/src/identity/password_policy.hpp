#pragma once
// Which passwords may be chosen: long enough, not one that attackers try first, and nothing that stands
// beside it. No rules of composition, and none that makes people change it (OWASP ASVS 5.0, 6.2).

#include <initializer_list>
#include <string_view>

namespace kidevent::identity {

inline constexpr std::size_t password_characters_min = 10;

struct password_objection {
    std::string_view code; // "": it may be chosen
    std::string_view detail;
    explicit operator bool() const noexcept { return !code.empty(); }
};

// `close_by` are words that somebody would guess for this person: the address, the names of the person and of
// the organisation. What is one of them, or is made of them and of nothing but digits and punctuation, is
// refused. Allocates nothing. Codes: too_short, too_long, too_common, too_close.
password_objection fault_of_password(std::string_view password,
                                     std::initializer_list<std::string_view> close_by) noexcept;

} // namespace kidevent::identity
