#include "descriptor_file.hpp"

#include "command_error.hpp"
#include "descriptor_fields.hpp"
#include "input_file.hpp"
#include "refused.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>

namespace kidevent::cli {
namespace {

// The values of a document as JSON, each with the line of its key.
class descriptor_reader {
public:
    explicit descriptor_reader(std::string name) : name_(std::move(name)) {}

    boost::json::object read(std::string_view yaml) {
        try {
            const auto documents = YAML::LoadAll(std::string{yaml});
            if (documents.size() > 1)
                refuse(documents[1].Mark(), "a second document (---) is not read; use a file for each");
            else if (documents.empty() || !documents.front().IsMap())
                refuse(YAML::Mark{}, "must be a map that begins with slug: and name:");
            else
                return read_map(documents.front(), "");
        } catch (const YAML::Exception& failure) {
            refuse(failure.mark, "not valid YAML: " + failure.msg);
        }
        return {};
    }

    void refuse(const field_error& fault) {
        const auto found = lines_.find(fault.pointer);
        refuse_at(found == lines_.end() ? 1 : found->second, line_of(fault));
    }

    bool has_errors() const noexcept { return !errors_.empty(); }
    std::vector<std::string> errors() && { return std::move(errors_); }

private:
    static constexpr int depth_max = 4; // nothing that a descriptor can hold is deeper

    void refuse_at(int line, const std::string& what) {
        errors_.push_back(name_ + ":" + std::to_string(line) + ": " + what);
    }
    void refuse(const YAML::Mark& at, const std::string& what) { refuse_at(at.line + 1, what); }

    boost::json::object read_map(const YAML::Node& map, const std::string& pointer) {
        boost::json::object read;
        for (const auto& entry : map) {
            if (!entry.first.IsScalar()) {
                refuse(entry.first.Mark(), "a key must be a text");
                continue;
            }
            const std::string& key = entry.first.Scalar();
            const std::string inner = pointer + "/" + key;
            const auto [line, is_new] = lines_.emplace(inner, entry.first.Mark().line + 1);
            if (is_new)
                read[key] = read_value(entry.second, inner);
            else
                refuse(entry.first.Mark(),
                       key + ": duplicate key, first seen on line " + std::to_string(line->second));
        }
        return read;
    }

    // Everything in a descriptor is text, also what YAML would take for a number.
    boost::json::value read_value(const YAML::Node& node, const std::string& pointer) {
        if (std::count(pointer.begin(), pointer.end(), '/') > depth_max) return nullptr;
        if (node.IsScalar()) return boost::json::string{node.Scalar()};
        if (node.IsMap()) return read_map(node, pointer);
        if (node.IsSequence()) return boost::json::array{};
        return nullptr;
    }

    std::string name_;
    std::map<std::string, int, std::less<>> lines_; // by pointer
    std::vector<std::string> errors_;
};

} // namespace

tenancy::tenant_descriptor read_descriptor(std::string_view yaml, const std::string& name) {
    descriptor_reader reader{name};
    const auto values = reader.read(yaml);
    if (!reader.has_errors())
        for (const field_error& each : find_descriptor_faults(values))
            reader.refuse(each);
    if (reader.has_errors())
        throw command_error{exit_code::bad_data, std::move(reader).errors(),
                            "docs/cli.md lists the keys of a descriptor"};
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
