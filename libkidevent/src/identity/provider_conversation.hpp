#pragma once
// One step of a sign-in as seen from the thread that asks the provider: everything it asks shares a deadline.
// Blocks. For oidc_client.

#include "identity/oidc_client.hpp"

namespace kidevent::identity {

class provider_conversation {
public:
    using instant = provider_memory::instant;

    // All must outlive it.
    provider_conversation(const oidc_settings& with, provider_memory& memory, provider_memory::key of,
                          instant until);

    result<provider_endpoints> find_endpoints();
    result<redeemed_code> redeem(const code_exchange& what);

private:
    result<provider_memory::keys_ptr> fetch_keys(const std::string& url);
    // `bearer`: what to say who asks; "": nothing.
    result<std::string> get(const std::string& url, const char* what_for, const std::string& bearer = {});
    result<> complete_person(const std::string& url, redeemed_code& of);
    result<boost::json::object> ask_for_tokens(const std::string& url, const code_exchange& what);
    result<boost::json::object> verify(const std::string& id_token, const std::string& keys_url);

    const oidc_settings& with_;
    provider_memory& memory_;
    provider_memory::key of_;
    instant until_;
};

} // namespace kidevent::identity
