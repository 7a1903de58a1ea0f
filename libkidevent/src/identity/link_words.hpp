#pragma once
// What the pages behind links say, and those about sign-ins by identity providers, in each language.

#include "identity/account_link.hpp"

#include <span>
#include <string_view>

namespace kidevent::identity {

struct purpose_words {
    std::string_view question;
    std::string_view button;
    std::string_view done;
};

// Why the way to an identity provider or back did not lead in, and what to do next.
struct failure_words {
    std::string_view cancelled;
    std::string_view begin_again;
    std::string_view not_linked;
    std::string_view no_account;
    std::string_view taken;
    std::string_view second_factor;
    std::string_view too_much;
    std::string_view unavailable;
    std::string_view refused;
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
    failure_words of_failures;

    const purpose_words& words_of(link_purpose what) const noexcept {
        return of[static_cast<std::size_t>(what)];
    }
};

// The language that fits best: de-AT -> de -> en.
const page_words& link_words(std::string_view locale) noexcept;

} // namespace kidevent::identity
