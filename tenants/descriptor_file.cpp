#include "descriptor_file.hpp"

#include "command_error.hpp"
#include "descriptor_fields.hpp"
#include "input_file.hpp"
#include "yaml_object.hpp"

namespace kidevent::cli {
tenancy::tenant_descriptor read_descriptor(std::string_view yaml, const std::string& name) {
    yaml_object document{name, scalars::text};
    const auto values = document.read(yaml);
    if (!document.has_errors())
        for (const field_error& each : find_descriptor_faults(values))
            document.refuse(each);
    document.require_no_errors("docs/cli.md lists the keys of a descriptor");
    return to_descriptor(values);
}

tenancy::tenant_descriptor read_descriptor_file(const std::string& path) {
    const std::string text = read_input_file(path, descriptor_bytes_max);
    if (text.size() > descriptor_bytes_max)
        throw command_error{exit_code::bad_data,
                            path + ": has more than " + std::to_string(descriptor_bytes_max) + " bytes"};
    return read_descriptor(text, path);
}

} // namespace kidevent::cli
