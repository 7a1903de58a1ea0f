#pragma once
// An organisation as a worker knows it: what it needs to answer for it, and the handle to enter it.

#include "core/tenant_handle.hpp"
#include "http/admission.hpp"
#include "http/cors.hpp"
#include "tenancy/feature.hpp"

#include <string>

namespace kidevent::tenancy {

struct tenant {
    tenant_handle handle;
    std::string slug;
    std::string name;
    std::string time_zone; // IANA
    std::string locale;    // BCP 47
    std::string currency;  // ISO 4217
    std::string plan;
    http::tenant_share share;                    // of the plan
    feature_set features;                        // of the plan
    std::string branding;                        // a JSON object
    std::string origin;                          // canonical, e.g. "https://slug.example.org"
    std::vector<http::cors_origin> cors_origins; // other sites that the owner lets use the API
};

} // namespace kidevent::tenancy
