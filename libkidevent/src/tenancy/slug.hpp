#pragma once
// Names of tenants on the internet: one DNS label.

#include <string_view>

namespace kidevent::tenancy {

// 1 to 63 lower-case letters, digits and inner hyphens.
bool is_slug(std::string_view text) noexcept;
// Labels that name parts of the installation: a tenant called so could pass for the operator.
bool is_reserved_slug(std::string_view slug) noexcept;

inline constexpr std::string_view platform_slug = "admin";

} // namespace kidevent::tenancy
