#pragma once
// What every answer of the API promises, read from the route table and its schemas. For tests only.

#include "routes.hpp"

#include <string_view>

namespace kidevent::tests {

// The route that answers to this request; nullptr when there is none.
const route* find_route(std::string_view method, std::string_view host, std::string_view target);

} // namespace kidevent::tests
