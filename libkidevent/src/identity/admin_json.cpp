#include "identity/admin_json.hpp"

namespace kidevent::identity {

void write_admin(http::json_writer& out, const admin& of) {
    out.begin_object()
        .member("id", of.id)
        .member("email", of.email)
        .member("created_at", of.created_at)
        .member("disabled_at", of.disabled_at)
        .member("second_factor_enrolled_at", of.enrolled_at)
        .end_object();
}

std::string admin_text(const admin& of) {
    std::string text;
    http::json_writer out{text};
    write_admin(out, of);
    return text;
}

} // namespace kidevent::identity
