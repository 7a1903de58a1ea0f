#pragma once
// An organisation as the commands print it.

#include "tenancy/provisioning.hpp"
#include "tenancy/tenant_resolver.hpp"

#include <boost/json/object.hpp>

namespace kidevent::cli {

boost::json::object tenant_json(const tenancy::tenant_record& of, const tenancy::tenant_resolver& hosts);

} // namespace kidevent::cli
