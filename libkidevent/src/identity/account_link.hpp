#pragma once
// Links in messages about accounts: what each is for, and the token in it. A token is the id of a row and an
// HMAC over it, the purpose and the tenant: who has the database has no link, and a link of one tenant or
// purpose is none of another. The row says until when it works, and whether it was used.

#include "core/clock.hpp"
#include "core/uuid.hpp"

#include <kidevent/settings.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace kidevent::identity {

using link_id = strong_id<struct account_link_tag>;

enum class link_purpose {
    email_verification,
    password_reset,
    email_change,
    staff_invitation,
    household_invitation,
};

std::string_view to_text(link_purpose of) noexcept;
std::optional<link_purpose> find_link_purpose(std::string_view text) noexcept;
// How long a link of this purpose works.
std::chrono::seconds lifetime_of(link_purpose of, const identity_settings& with) noexcept;

struct link_claim {
    link_purpose purpose;
    link_id id;
};

// 66 characters of base64url, under http.signing_key.
std::string make_link_token(const http_settings& keys, tenant_id at, const link_claim& of);
// std::nullopt for what we did not make, or not for this tenant. Believes http.other_signing_keys as well.
std::optional<link_claim> read_link_token(const http_settings& keys, tenant_id at, std::string_view token);

// Where the link leads. `origin` is the tenant's own, never what a request called itself.
std::string link_url(std::string_view origin, std::string_view token);

} // namespace kidevent::identity
