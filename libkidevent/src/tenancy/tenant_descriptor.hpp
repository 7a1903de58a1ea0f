#pragma once
// What an operator says about a tenant: the content of a descriptor file or of a request to the platform's
// API.

#include "core/result.hpp"

#include <string>

namespace kidevent::tenancy {

struct tenant_descriptor {
    std::string slug;
    std::string name;
    std::string time_zone = "UTC"; // IANA
    std::string locale = "en";     // BCP 47
    std::string currency = "EUR";  // ISO 4217
    std::string plan = "standard";
    std::string owner_email;
    std::string branding = "{}"; // a JSON object
};

// What is wrong with the descriptor, each with the pointer of its field; empty when it can be provisioned.
std::vector<field_error> find_faults(const tenant_descriptor& descriptor);

} // namespace kidevent::tenancy
