// The bodies of the API as JSON Schema: requests are checked against these, and so is every answer that a
// test receives.

#include "api_schemas/schema_part.hpp"
#include "routes.hpp"

#include <boost/json/parse.hpp>

#include <string>

namespace kidevent {

namespace {

boost::json::value parse_schemas(const schema_part& part) {
    std::string whole{part.text};
    for (const auto& [name, properties] : part.shared)
        for (auto at = whole.find(name); at != std::string::npos; at = whole.find(name, at))
            whole.replace(at, name.size(), properties);
    return boost::json::parse(whole);
}

} // namespace

const boost::json::object& api_schemas() {
    static const boost::json::object all = [] {
        boost::json::object merged;
        for (const schema_part& part :
             {answer_schemas(), people_schemas(), account_schemas(), calendar_schemas(),
              registration_schemas(), plan_schemas(), tenant_schemas(), security_schemas(), webhook_schemas(),
              audit_schemas(), notification_schemas(), identity_provider_schemas()}) {
            const boost::json::value parsed = parse_schemas(part);
            for (const auto& member : parsed.as_object())
                merged.insert(member);
        }
        return merged;
    }();
    return all;
}

} // namespace kidevent
