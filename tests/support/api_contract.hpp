#pragma once
// What every answer of the API promises, read from the route table and its schemas. For tests only.

#include "routes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kidevent::tests {

// The route that answers to this request; nullptr when there is none.
const route* find_route(std::string_view method, std::string_view host, std::string_view target);

// How a problem that others than the library wrote breaks the contract; empty when it does not.
std::vector<std::string> list_violations_of_problem(const response& received);

} // namespace kidevent::tests
