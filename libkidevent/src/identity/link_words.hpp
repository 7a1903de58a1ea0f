#pragma once
// What the pages behind links say, in each language.

#include "identity/account_link.hpp"

#include <span>
#include <string_view>

namespace kidevent::identity {

struct purpose_words {
    std::string_view question;
    std::string_view button;
    std::string_view done;
};

struct page_words {
    std::string_view locale;
    purpose_words of[5];      // by link_purpose
    purpose_words join;       // a household, with an account that exists already
    std::string_view inviter; // before the name
    std::string_view email;
    std::string_view given_name;
    std::string_view family_name;
    std::string_view password;
    std::string_view password_rule;
    std::string_view names_missing;
    std::string_view too_short;
    std::string_view too_common;
    std::string_view too_close;
    std::string_view later;
    std::string_view not_valid;
    std::string_view taken;
    std::string_view not_empty;
    std::string_view home;

    const purpose_words& words_of(link_purpose what) const noexcept {
        return of[static_cast<std::size_t>(what)];
    }
};

// The language that fits best: de-AT -> de -> en.
const page_words& link_words(std::string_view locale) noexcept;

} // namespace kidevent::identity
