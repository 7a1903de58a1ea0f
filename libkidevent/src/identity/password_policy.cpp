#include "identity/password_policy.hpp"

#include "crypto/password_hash.hpp"
#include "http/ascii.hpp"
#include "identity/known_passwords.hpp"

#include <algorithm>

namespace kidevent::identity {

namespace {

// Shorter words are in too many good passwords.
constexpr std::size_t word_min = 4;

bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

bool is_padding(char c) noexcept {
    return (c >= '0' && c <= '9') || c == ' ' || c == '.' || c == '-' || c == '_' || c == '@' || c == '!'
           || c == '?' || c == '+' || c == '*' || c == '#' || c == '$' || c == '%' || c == '&' || c == '/'
           || c == ',';
}

// The number of bytes from the start of `text` on that are the word, in whatever case; 0: it is not there.
std::size_t word_at(std::string_view text, std::string_view word) noexcept {
    if (word.size() < word_min || text.size() < word.size()) return 0;
    const bool same = std::equal(word.begin(), word.end(), text.begin(),
                                 [](char a, char b) { return http::to_lower(a) == http::to_lower(b); });
    return same ? word.size() : 0;
}

std::size_t longest_word_at(std::string_view text, std::initializer_list<std::string_view> words) noexcept {
    std::size_t longest = 0;
    for (std::string_view each : words) {
        longest = std::max(longest, word_at(text, each));
        // The parts of an address, and of a name of several words.
        while (!each.empty()) {
            const auto end = std::min(each.find_first_of("@. -_+"), each.size());
            longest = std::max(longest, word_at(text, each.substr(0, end)));
            each.remove_prefix(std::min(end + 1, each.size()));
        }
    }
    return longest;
}

bool is_made_of(std::string_view password, std::initializer_list<std::string_view> words) noexcept {
    bool found = false;
    while (!password.empty()) {
        if (const std::size_t length = longest_word_at(password, words)) {
            found = true;
            password.remove_prefix(length);
        } else if (is_padding(password.front())) {
            password.remove_prefix(1);
        } else {
            return false;
        }
    }
    return found;
}

} // namespace

password_objection fault_of_password(std::string_view password,
                                     std::initializer_list<std::string_view> close_by) noexcept {
    if (password.size() > crypto::password_bytes_max) return {"too_long", "must have 1024 bytes or less"};
    const auto characters =
        password.size()
        - static_cast<std::size_t>(std::count_if(password.begin(), password.end(), is_continuation));
    if (characters < password_characters_min) return {"too_short", "must have 10 characters or more"};
    if (is_known_password(password)) return {"too_common", "is one that many people have: choose another"};
    if (is_made_of(password, close_by))
        return {"too_close", "is made of your names or address, or the organisation's name: choose another"};
    return {};
}

} // namespace kidevent::identity
