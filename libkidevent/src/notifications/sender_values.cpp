#include "notifications/sender_values.hpp"

#include <boost/json/parse.hpp>

namespace kidevent::notifications {

namespace json = boost::json;

namespace {

void add_branding(json::object& to, const sender_profile& from) {
    boost::system::error_code broken;
    const json::value read = json::parse(from.branding, broken);
    if (broken || !read.is_object()) return;
    const auto take = [&](std::string_view member, std::string_view as) {
        if (const auto* found = read.as_object().if_contains(member)) to[as] = *found;
    };
    take("primary_color", "colour");
    take("logo_url", "logo_url");
}

} // namespace

json::object sender_values(const sender_profile& of, std::string_view locale) {
    json::object values{{"organisation", of.name},
                        {"home_url", of.origin + "/"},
                        {"reply_to", of.rules.reply_to.value_or("")},
                        {"language", locale}};
    add_branding(values, of);
    return values;
}

} // namespace kidevent::notifications
