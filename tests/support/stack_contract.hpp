#pragma once
// What every answer of the whole stack promises, whoever gave it: the library, the FastCGI front before the
// library has seen the request, or nginx in their place. For tests only.

#include "support/http_client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kidevent::tests {

// How the answer to these bytes, sent over plain HTTP, breaks the contract; empty when it does not. Callable
// from any thread.
std::vector<std::string> list_stack_violations(std::string_view sent, const http_answer& received);

} // namespace kidevent::tests
