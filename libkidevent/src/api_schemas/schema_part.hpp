#pragma once
// The schemas of one domain's bodies, a file each. Gathered by api_schemas.cpp.

#include <span>
#include <string_view>

namespace kidevent {

// What several schemas of a part have in common. In its text the name stands for it.
struct shared_properties {
    std::string_view name; // "@NAME@"
    std::string_view properties;
};

struct schema_part {
    std::string_view text; // a JSON object of schemas by their names
    std::span<const shared_properties> shared;
};

schema_part answer_schemas();
schema_part people_schemas();
schema_part account_schemas();
schema_part calendar_schemas();
schema_part registration_schemas();
schema_part plan_schemas();
schema_part tenant_schemas();
schema_part security_schemas();
schema_part webhook_schemas();
schema_part audit_schemas();
schema_part notification_schemas();
schema_part identity_provider_schemas();

} // namespace kidevent
