#pragma once
// Who is acting in a request. Made by identity only, from a login or an API key that the database confirmed;
// what it may do follows from the table of permissions and from nothing that its maker says.

#include "core/permission.hpp"
#include "core/uuid.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace kidevent {

namespace identity {
class login_service;
class admin_service;
class api_key_service;
class support_service;
} // namespace identity

// The events that staff is limited to; sorted.
using event_limit = std::shared_ptr<const std::vector<event_id>>;

// What makes an actor; see the members of the same names there.
struct actor_parts {
    role acts_as = role::anonymous;
    account_id account{};
    std::optional<household_id> household = std::nullopt;
    uuid login{};
    uuid api_key{};
    std::optional<permission_set> scopes = std::nullopt; // of an API key: nothing beyond them is permitted
    event_limit limited_to = nullptr;
    bool must_enrol = false;
    bool must_verify = false;
};

class actor {
public:
    actor() = default; // anonymous
    // The installation itself, for its own deeds in the audit log. May do nothing through the API.
    static actor of_system() { return actor{{.acts_as = role::system}}; }

    role acts_as() const noexcept { return role_; }
    bool is_signed_in() const noexcept { return role_ != role::anonymous && role_ != role::system; }
    // A login of an account of the organisation: neither a key nor a visitor.
    bool is_account() const noexcept {
        return is_signed_in() && !is_api_key() && role_ != role::support && role_ != role::platform_admin;
    }
    // Sees the organisation rather than a household: staff, managers, owners and support.
    bool is_staff() const noexcept {
        return role_ == role::staff || role_ == role::manager || role_ == role::owner
               || role_ == role::support;
    }
    bool may(permission what) const noexcept { return permissions_.has(what); }
    permission_set permissions() const noexcept { return permissions_; }

    // Of an API key: of whoever made the key. Of support: the platform admin's.
    account_id account() const noexcept { return account_; }
    // Only guardians have a household.
    std::optional<household_id> household() const noexcept { return household_; }
    uuid login() const noexcept { return login_; }     // of the session; nil for API keys
    uuid api_key() const noexcept { return api_key_; } // nil for logins
    bool is_api_key() const noexcept { return api_key_ != uuid{}; }

    // Staff that is limited to given events. Whoever answers with anything about events asks.
    bool is_limited() const noexcept { return limited_to_ != nullptr; }
    bool may_reach(event_id which) const noexcept;
    // Null: all events. For queries, which take the set as a parameter.
    const event_limit& limited_to() const noexcept { return limited_to_; }

    // The organisation asks for a second factor and the account has none: only enrolling is permitted.
    bool must_enrol() const noexcept { return must_enrol_; }
    // The e-mail address was not verified in time (identity.verification_grace): registers nobody until it
    // is.
    bool must_verify() const noexcept { return must_verify_; }

    // Whether it is the same person in the same position: what was decided for one holds for the other.
    bool may_the_same_as(const actor& other) const noexcept;

private:
    friend class identity::login_service;
    friend class identity::admin_service;
    friend class identity::api_key_service;
    friend class identity::support_service;
    explicit actor(actor_parts of);

    role role_ = role::anonymous;
    bool must_enrol_ = false;
    bool must_verify_ = false;
    permission_set permissions_;
    account_id account_{};
    std::optional<household_id> household_;
    uuid login_{};
    uuid api_key_{};
    event_limit limited_to_;
};

} // namespace kidevent
