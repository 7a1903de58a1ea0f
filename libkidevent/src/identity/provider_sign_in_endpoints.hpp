#pragma once
// A browser's way to an identity provider and back, and what an account is connected with. Bound in
// routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::identity {

// 302 to the provider. Only a page of our own origin, or nobody's, may send a browser here.
task<result<response>> handle_begin_provider_sign_in(http::request_context& context);
// Where the provider sends the browser back to: signs in, or connects the account, and goes on by 302. A GET
// that changes something; it may come from any site, as a page of its own and in no other way.
task<result<response>> handle_finish_provider_sign_in(http::request_context& context);

task<result<response>> handle_list_identities(http::request_context& context);
// The address to go to, for connecting the account that is signed in. A POST: whoever could send a browser
// there by a link would connect an identity of their own with somebody else's account.
task<result<response>> handle_begin_connecting(http::request_context& context);
task<result<response>> handle_delete_identity(http::request_context& context);

} // namespace kidevent::identity
