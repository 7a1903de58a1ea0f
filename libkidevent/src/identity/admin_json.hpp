#pragma once
// How platform admins are written in answers.

#include "http/json_writer.hpp"
#include "identity/admin_service.hpp"

namespace kidevent::identity {

void write_admin(http::json_writer& out, const admin& of);
std::string admin_text(const admin& of);

} // namespace kidevent::identity
