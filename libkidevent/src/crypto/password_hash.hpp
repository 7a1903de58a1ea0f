#pragma once
// Argon2id hashes of passwords. Each call takes 19 MiB and some 20 ms of a processor, so it belongs on
// identity's bounded thread pool, never on the event loop.

#include <cstddef>
#include <string>
#include <string_view>

namespace kidevent::crypto {

// Longer passwords are refused by the caller before they get here.
inline constexpr std::size_t password_bytes_max = 1024;

// The hash with its salt and parameters as text ("$argon2id$v=19$m=19456,t=2,p=1$..."); another one on
// each call. Throws std::length_error above password_bytes_max, std::bad_alloc when memory is short.
std::string hash_password(std::string_view password);

// Whether the password made this hash; false for a text that is no hash. Throws std::length_error above
// password_bytes_max.
bool verify_password(const std::string& hash, std::string_view password);

// Whether the hash has other parameters than hash_password uses now; true for a text that is no hash.
bool needs_rehash(const std::string& hash);

// A valid hash of a password that nobody knows. Verifying against it makes a sign-in to an account that
// does not exist take as long as one to an account that does.
const std::string& unknown_account_hash();

} // namespace kidevent::crypto
